"""A Ray cluster of several node processes on this machine, each of which can be killed or cut off.

Where we may make network namespaces (as root, with `ip`), each node is in one of its own, as a machine
on a wire of its own, and is cut off by taking the wire down. Elsewhere it is cut off by stopping all
its processes, which is silence too, only that nothing there goes on.

The head has no processors, so that nothing runs beside the coordinator. Processes are ended one by one
by their numbers, and a token is passed by the environment: nothing of another cluster is touched.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from brooks.runtime.fleet.clusters import QUIET

UP_SECONDS = 60.0
SUBNET = "10.77.{}"


class Nodes:
    """A head and as many nodes as were asked for; a context manager."""

    def __init__(self, count: int, *, cpus: int = 1, environ: dict[str, str] | None = None) -> None:
        self._count = count
        self._cpus = cpus
        self._environ = environ or {}
        self.is_networked = may_make_namespaces()
        self._name = f"bk{os.getpid() % 10_000}"
        self._subnet = SUBNET.format(os.getpid() % 250)
        self._folder = Path(tempfile.mkdtemp(prefix="brooks-ray-", dir="/tmp"))
        self._token = secrets.token_hex(32)
        self._starters: dict[str, subprocess.Popen[bytes]] = {}
        self._port = _free_port()

    @property
    def environ(self) -> dict[str, str]:
        """What a process needs to join."""
        return {
            **os.environ,
            **QUIET,
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": self._token,
            "RAY_ADDRESS": self.address,
            **self._environ,
        }

    @property
    def address(self) -> str:
        """Where the cluster is."""
        return f"{self._head_ip}:{self._port}"

    @property
    def _head_ip(self) -> str:
        return f"{self._subnet}.1" if self.is_networked else "127.0.0.1"

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, number: int) -> None:
        """Start a node, as a machine that joins."""
        name = self._node(number)
        ip, before = "127.0.0.1", []
        if self.is_networked:
            ip = f"{self._subnet}.{number + 1}"
            self._make_namespace(name, number, ip)
            before = ["ip", "netns", "exec", name]
        options = [
            f"--address={self.address}",
            f"--node-ip-address={ip}",
            f"--num-cpus={self._cpus}",
            "--object-store-memory=80000000",
            "--block",
        ]
        self._starters[name] = self._popen([*before, *_ray(), "start", *options])
        self._wait_until_up(name)

    def _wait_until_up(self, name: str) -> None:
        """Nodes are started one by one: on one disk, two that start at once may take the same names."""
        log = self._folder / f"start-{list(self._starters).index(name)}.txt"
        until = time.monotonic() + UP_SECONDS
        while "runtime started" not in log.read_text(errors="replace"):
            if time.monotonic() > until or self._starters[name].poll() is not None:
                raise RuntimeError(f"the node {name!r} is not up: {log.read_text()[-500:]}")
            time.sleep(0.1)

    def kill(self, number: int) -> None:
        """End a node as a loss of power does."""
        self._signal(number, signal.SIGKILL)

    def cut_off(self, number: int) -> None:
        """Let nothing more be heard of a node."""
        if self.is_networked:
            _run("ip", "link", "set", f"{self._node(number)}h", "down")
        else:
            self._signal(number, signal.SIGSTOP)

    def mend(self, number: int) -> None:
        """Let it be heard again."""
        if self.is_networked:
            _run("ip", "link", "set", f"{self._node(number)}h", "up")
        else:
            self._signal(number, signal.SIGCONT)

    def close(self) -> None:
        """End everything, and leave nothing behind."""
        for name in list(self._starters):
            for pid in self._processes(name):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        for starter in self._starters.values():
            starter.wait()
        if self.is_networked:
            for number in range(1, 40):
                name = self._node(number)
                if name in self._starters:
                    _run("ip", "link", "del", f"{name}h", must=False)
                    _run("ip", "netns", "del", name, must=False)
            _run("ip", "link", "del", self._name, must=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        if self.is_networked:
            _run("ip", "link", "add", self._name, "type", "bridge")
            _run("ip", "addr", "add", f"{self._head_ip}/24", "dev", self._name)
            _run("ip", "link", "set", self._name, "up")
        options = [
            "--head",
            f"--port={self._port}",
            f"--node-ip-address={self._head_ip}",
            "--num-cpus=0",
            "--include-dashboard=false",
            "--object-store-memory=80000000",
            f"--temp-dir={self._folder}",
            "--block",
        ]
        self._starters["head"] = self._popen([*_ray(), "start", *options])
        _wait_for_port(self._head_ip, self._port)
        for number in range(1, self._count + 1):
            self.add(number)

    def _popen(self, command: list[str]) -> "subprocess.Popen[bytes]":
        log = (self._folder / f"start-{len(self._starters)}.txt").open("wb")
        with log:
            return subprocess.Popen(
                command,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _node(self, number: int) -> str:
        return f"{self._name}n{number}"

    def _make_namespace(self, name: str, number: int, ip: str) -> None:
        _run("ip", "netns", "add", name)
        _run("ip", "link", "add", f"{name}h", "type", "veth", "peer", "name", "eth0", "netns", name)
        _run("ip", "link", "set", f"{name}h", "master", self._name, "up")
        _run("ip", "-n", name, "addr", "add", f"{ip}/24", "dev", "eth0")
        _run("ip", "-n", name, "link", "set", "eth0", "up")
        _run("ip", "-n", name, "link", "set", "lo", "up")

    def _signal(self, number: int, what: signal.Signals) -> None:
        for pid in self._processes(self._node(number)):
            with suppress(ProcessLookupError):
                os.kill(pid, what)

    def _processes(self, name: str) -> list[int]:
        """The process that started a node, and all that descend from it."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                with suppress(OSError):
                    fields = (entry / "stat").read_text().rpartition(")")[2].split()
                    children.setdefault(int(fields[1]), []).append(int(entry.name))
        found = [self._starters[name].pid]
        for pid in found:
            found += children.get(pid, [])
        if self.is_networked and name != "head":
            text = _run("ip", "netns", "pids", name, must=False)
            found += [int(pid) for pid in text.split() if int(pid) not in found]
        return found


def may_make_namespaces() -> bool:
    """Whether each node may be in a network namespace of its own."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"bkt{os.getpid()}"
    is_made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    if is_made.returncode:
        return False
    _run("ip", "netns", "del", name, must=False)
    return True


def _ray() -> list[str]:
    return [sys.executable, "-m", "ray.scripts.scripts"]


def _run(*command: str, must: bool = True) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if must and done.returncode:
        raise RuntimeError(f"{' '.join(command)!r} failed: {done.stderr.strip()}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for_port(host: str, port: int) -> None:
    until = time.monotonic() + UP_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection((host, port), timeout=1.0):
            return
        time.sleep(0.2)
    raise RuntimeError(f"the head of the cluster is not up at {host}:{port} after {UP_SECONDS} s")
