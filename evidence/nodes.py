"""A Ray cluster of several node processes on this machine, each of which can be killed or cut off.

Where we may make network namespaces (as root, with `ip`), each node is in one of its own, as a machine
on a wire of its own, and is cut off by taking the wire down. Elsewhere it is cut off by stopping all
its processes, which is silence too, only that nothing there goes on.

The head has no processors, so that nothing runs beside the coordinator. A token is passed by the
environment: nothing of another cluster is touched.

Nothing is left behind, however this process ends. Everything is started by a keeper that holds one end
of a pipe and kills what it has started, with all that descends from it, when the other end, which
only this process has, is closed. A janitor on the same pipe then removes namespaces, wires and the
folder. They are named for this process, and what is still there of one that is no more, as where
its janitor was killed too, is removed by the next.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from brooks.models.command import keeper
from brooks.runtime.fleet.clusters import QUIET

UP_SECONDS = 60.0
SUBNET = "10.77.{}"
FOLDER = "brooks-ray-"
_NAMED = re.compile(r"bkx([0-9]+)(n[0-9]+)?h?")
"""The names of namespaces and wires: of which process, and of which node."""


class Nodes:
    """A head and as many nodes as were asked for; a context manager."""

    def __init__(
        self,
        count: int,
        *,
        cpus: int = 1,
        environ: Mapping[str, str] | None = None,
        in_namespaces: bool = True,
    ) -> None:
        """Say what there is to be.

        Args:
            count: Of nodes beside the head.
            cpus: How many processors each says that it has.
            environ: More variables, for all processes, also those that join as the user does.
            in_namespaces: Whether nodes are in namespaces of their own, where they may.
        """
        self._count = count
        self._cpus = cpus
        self._environ = environ or {}
        remove_leftovers()
        self.is_networked = in_namespaces and may_make_namespaces()
        self._name = f"bkx{os.getpid()}"
        self._subnet = _free_subnet() if self.is_networked else ""
        self._folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-", dir="/tmp"))
        self._token = secrets.token_hex(32)
        self._starters: dict[str, subprocess.Popen[bytes]] = {}
        self._port = _free_port()
        self._its_life, self._life = os.pipe()
        self._janitor: subprocess.Popen[bytes] | None = None

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
        return f"{self.host}:{self._port}"

    @property
    def host(self) -> str:
        """Where nodes find this machine."""
        return self.ip(0)

    @property
    def folder(self) -> Path:
        """Where Ray keeps what it keeps, its logs among it."""
        return self._folder

    def ip(self, number: int) -> str:
        """Where a node is, 0 for the head."""
        return f"{self._subnet}.{number + 1}" if self.is_networked else "127.0.0.1"

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

    def add(self, number: int, *, environ: Mapping[str, str] | None = None) -> None:
        """Start a node, as a machine that joins, with more variables of its own."""
        name = self._node(number)
        before = []
        if self.is_networked:
            self._make_namespace(name, number)
            before = [shutil.which("ip") or "ip", "netns", "exec", name]
        options = [
            f"--address={self.address}",
            f"--node-ip-address={self.ip(number)}",
            f"--num-cpus={self._cpus}",
            "--object-store-memory=80000000",
            "--block",
        ]
        command = [*before, *_ray(), "start", *options]
        self._starters[name] = self._popen(command, environ or {})
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

    def processes(self, number: int) -> list[int]:
        """Everything that runs on a node."""
        return self._processes(self._node(number))

    def close(self) -> None:
        """End everything, and leave nothing behind."""
        for end in (self._life, self._its_life):
            with suppress(OSError):
                os.close(end)
        for starter in self._starters.values():
            starter.wait()
        if self._janitor is not None:
            self._janitor.wait()
        remove(os.getpid(), self._folder)

    def _start(self) -> None:
        self._janitor = self._popen_alone(
            [
                sys.executable,
                "-c",
                _JANITOR,
                str(self._its_life),
                str(os.getpid()),
                str(self._folder),
            ]
        )
        if self.is_networked:
            _run("ip", "link", "add", self._name, "type", "bridge")
            _run("ip", "addr", "add", f"{self.host}/24", "dev", self._name)
            _run("ip", "link", "set", self._name, "up")
        options = [
            "--head",
            f"--port={self._port}",
            f"--node-ip-address={self.host}",
            "--num-cpus=0",
            "--include-dashboard=false",
            "--object-store-memory=80000000",
            f"--temp-dir={self._folder}",
            "--block",
        ]
        self._starters["head"] = self._popen([*_ray(), "start", *options], {})
        _wait_for_port(self.host, self._port)
        for number in range(1, self._count + 1):
            self.add(number)

    def _popen(self, command: list[str], environ: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        kept = [sys.executable, "-I", "-S", keeper.__file__, str(self._its_life), *command]
        with (self._folder / f"start-{len(self._starters)}.txt").open("wb") as log:
            return subprocess.Popen(
                kept,
                env={**self.environ, **environ},
                pass_fds=(self._its_life,),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _popen_alone(self, command: list[str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            pass_fds=(self._its_life,),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _node(self, number: int) -> str:
        return f"{self._name}n{number}"

    def _make_namespace(self, name: str, number: int) -> None:
        _run("ip", "netns", "add", name)
        _run("ip", "link", "add", f"{name}h", "type", "veth", "peer", "name", "eth0", "netns", name)
        _run("ip", "link", "set", f"{name}h", "master", self._name, "up")
        _run("ip", "-n", name, "addr", "add", f"{self.ip(number)}/24", "dev", "eth0")
        _run("ip", "-n", name, "link", "set", "eth0", "up")
        _run("ip", "-n", name, "link", "set", "lo", "up")

    def _signal(self, number: int, what: signal.Signals) -> None:
        for pid in self._processes(self._node(number)):
            with suppress(ProcessLookupError):
                os.kill(pid, what)

    def _processes(self, name: str) -> list[int]:
        """All that descend from a node's keeper, which ends with them."""
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
        return found[1:]


_JANITOR = """
import os, sys
from pathlib import Path
from nodes import remove
os.read(int(sys.argv[1]), 1)
remove(int(sys.argv[2]), Path(sys.argv[3]))
"""
"""Waits until the process that it is for is no more, and clears up after it."""


def remove(owner: int, folder: Path) -> None:
    """Remove what is left of a cluster: processes in its namespaces, those, its wires and its folder."""
    for name in _namespaces():
        if _owner(name) == owner:
            for pid in _run("ip", "netns", "pids", name, must=False).split():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            _run("ip", "link", "del", f"{name}h", must=False)
            _run("ip", "netns", "del", name, must=False)
    for name in _wires():
        if _owner(name) == owner:
            _run("ip", "link", "del", name, must=False)
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)  # what is just being killed may still write there


def remove_leftovers() -> None:
    """Remove what is left of clusters whose processes are no more."""
    for folder in Path("/tmp").glob(f"{FOLDER}*-*"):  # noqa: S108 - where ours are made
        owner = folder.name.removeprefix(FOLDER).partition("-")[0]
        if owner.isdecimal() and _is_gone(int(owner)):
            remove(int(owner), folder)
    for owner_ in {_owner(name) for name in (*_namespaces(), *_wires())}:
        if owner_ and _is_gone(owner_):
            remove(owner_, Path("/nonexistent"))


def _owner(name: str) -> int:
    """Whose a namespace or a wire is; 0 for nobody's of ours."""
    found = _NAMED.fullmatch(name)
    return int(found[1]) if found else 0


def _is_gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


def _namespaces() -> list[str]:
    return _words("ip", "netns", "list")


def _wires() -> list[str]:
    found = _words("ip", "-brief", "link", "show")
    return [name.partition("@")[0] for name in found]


def _words(*command: str) -> list[str]:
    """The first word of each line that a command prints; none where there is no such command."""
    if shutil.which(command[0]) is None:
        return []
    return [line.split()[0] for line in _run(*command, must=False).splitlines() if line.strip()]


def may_make_namespaces() -> bool:
    """Whether each node may be in a network namespace of its own."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"bkx{os.getpid()}n0"
    is_made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    if is_made.returncode:
        return False
    _run("ip", "netns", "del", name, must=False)
    return True


def _free_subnet() -> str:
    taken = _run("ip", "-brief", "addr", "show")
    wanted = (SUBNET.format((os.getpid() + number) % 250) for number in range(250))
    return next(subnet for subnet in wanted if f" {subnet}." not in taken)


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
