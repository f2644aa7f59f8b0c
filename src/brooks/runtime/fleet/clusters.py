"""A Ray cluster: the user's, by its address, or one of our own that lives as long as we do.

What goes against Ray's habits, and why:

- Ray writes a token file into the home folder for a cluster of its own. Ours gets its token by the
  environment, which its processes inherit, and nothing is written.
- `ray stop` ends every Ray on the machine, so it is never called. The processes of our own cluster
  end with the process that began it, and within a minute or two where that is killed.
- What Ray keeps in `/tmp/ray` is kept in a folder of its own, which is removed; one that a killed
  process could not remove is removed by the next.
- No usage is reported, and no dashboard started.
- Ray writes of every worker that ends to the terminal. What becomes of pieces is said by us.

This module imports Ray when a cluster is opened, and never before.
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
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from brooks.errors import OutsideError, UsageError
from brooks.runtime.fleet.last_words import LastWords
from brooks.runtime.fleet.protocol import default_jobs

ADDRESS = "RAY_ADDRESS"
"""The variable that Ray, and so we, find a cluster by."""
QUIET: Mapping[str, str] = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS": "0",
}
"""How every process of a cluster of ours is started."""
ATTENTIVE: Mapping[str, str] = {
    "RAY_health_check_initial_delay_ms": "1000",
    "RAY_health_check_period_ms": "1000",
    "RAY_health_check_timeout_ms": "2000",
    "RAY_health_check_failure_threshold": "3",
    "RAY_grpc_keepalive_time_ms": "2000",
    "RAY_grpc_keepalive_timeout_ms": "3000",
    "RAY_grpc_client_keepalive_time_ms": "2000",
    "RAY_grpc_client_keepalive_timeout_ms": "3000",
}
"""With these, set where nodes are started, Ray notices a silent machine in 7 seconds instead of 60 to 80."""
STORE_BYTES = 200 * 1024 * 1024
"""Memory for what travels in a cluster of our own; more goes to its folder."""
KNOCK_SECONDS = 10.0
"""How long the machine at an address may take to answer."""
HURRIED: Mapping[str, str] = {"RAY_py_gcs_connect_timeout_s": "10"}
"""How long what answers there may take to say that it is a cluster; Ray's own measure is 30 s, many times."""
GRACE_SECONDS = 10.0
"""How long the processes of a cluster of our own may take to end."""
REMOVALS, REMOVAL_PAUSE_SECONDS = 30, 0.1
"""How often it is tried to remove the folder of a cluster of our own, and how long is waited before again."""
FOLDER = "brooks-ray-"
LONGEST_FOLDER = 40
"""Characters of a folder's name beyond which the sockets in it would have too long a name."""

LAST_WORDS = (
    "error: this process was ended from within, or killed: Ray does so when its node on this machine, or "
    "the head of the cluster, is gone; what is done is kept: `brooks resume` goes on with a run, the same "
    "command with a bench"
)
_TOKEN = secrets.token_hex(32)
"""Of this process: Ray reads a token once, however many clusters are begun."""


class Cluster:
    """A Ray cluster that this process is connected to."""

    def __init__(
        self,
        *,
        address: str | None,
        folder: Path | None,
        before: Mapping[str, str | None],
        last_words: LastWords,
    ) -> None:
        """Use `open`."""
        self.address = address
        """None for one of our own."""
        self._folder = folder
        self._before = before
        self._last_words = last_words

    @classmethod
    def open(cls, address: str | None = None, *, cpus: int | None = None) -> "Cluster":
        """Connect to the cluster at an address, or begin one of our own.

        Args:
            address: `HOST:PORT`, or `auto` for the one on this machine; None for RAY_ADDRESS if it is
                set, and else a cluster of our own.
            cpus: How many pieces a cluster of our own does at once; None for one a core.

        Raises:
            ModuleNotFoundError: Ray is not installed; the command line says which extra brings it.
            UsageError: The address is of a kind that is not understood.
            OutsideError: There is no cluster there, or it lets us not in, or none can be begun.
        """
        address = address or os.environ.get(ADDRESS) or None
        if address is not None and address.startswith("ray://"):
            raise UsageError(
                f"the address {address!r} is that of a Ray client: join the cluster from this machine "
                "with `ray start --address=HOST:PORT`, and name HOST:PORT"
            )
        if address is not None and address != "auto":
            _knock(address)
        folder = None if address else _new_folder()
        before = _set({**QUIET, **(HURRIED if address else _token())})
        last_words = LastWords(LAST_WORDS)
        try:
            with _patience():
                _connect(address, folder, cpus or default_jobs())
        except BaseException:
            _let_go(folder, before)
            last_words.take_back()
            raise
        return cls(address=address, folder=folder, before=before, last_words=last_words)

    @property
    def is_ours(self) -> bool:
        """Whether it was begun here, and ends with us."""
        return self._folder is not None

    def width(self) -> int:
        """How many whole processors it has now."""
        import ray

        return int(ray.cluster_resources().get("CPU", 0))

    def ensure_processors(self) -> None:
        """See whether anything can be done there.

        Raises:
            OutsideError: It has no processor.
        """
        if self.width() < 1:
            raise OutsideError(
                "the Ray cluster has no processors: add a machine to it with `ray start --address`"
            )

    def close(self) -> None:
        """Let go of it; one of our own ends, and leaves nothing behind."""
        _let_go(self._folder, self._before)
        self._last_words.take_back()


def _connect(address: str | None, folder: Path | None, cpus: int) -> None:
    import ray

    if ray.is_initialized():
        raise UsageError("this process is connected to a Ray cluster already: shut it down first")
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if address is None:
        options |= {
            "address": "local",
            "num_cpus": cpus,
            "include_dashboard": False,
            "object_store_memory": STORE_BYTES,
            "_temp_dir": str(folder),
        }
    else:
        options["address"] = address
    _read_again()
    _quieten()
    if address is not None and address != "auto":
        _greet(address)
    try:
        ray.init(**options)
    except Exception as error:
        what = "begin a Ray cluster" if address is None else f"reach a Ray cluster at {address!r}"
        raise OutsideError(
            f"cannot {what}: {_reason(error)}: docs/scaling.md says how one is started"
        ) from error


def _read_again() -> None:
    """Have Ray read what the environment says of tokens, which it did when it was imported, maybe before."""
    _raylet = import_module("ray._raylet")
    with suppress(AttributeError):
        _raylet.Config.initialize("")
        _raylet.AuthenticationTokenLoader.instance().reset_cache()


def _quieten() -> None:
    """Keep Ray from writing to the terminal; there is no setting for what it says of ended workers."""
    from ray._private import worker

    if hasattr(worker, "print_to_stdstream"):
        worker.print_to_stdstream = lambda *arguments, **options: None


def _knock(address: str) -> None:
    """See in seconds whether anybody is there at all; Ray takes minutes.

    Raises:
        UsageError: It is no address.
        OutsideError: Nobody is there.
    """
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or "/" in host or not port.isdecimal() or int(port) > 65535:
        raise UsageError(f"{address!r} is no address of a Ray cluster: write HOST:PORT")
    try:
        with socket.create_connection((host, int(port)), timeout=KNOCK_SECONDS):
            pass
    except OSError as error:
        raise OutsideError(
            f"nobody answers at {address!r} ({error.strerror or error}): start the cluster with `ray start "
            "--head`, or name where it is; docs/scaling.md says how"
        ) from error


def _greet(address: str) -> None:
    """See whether it is a cluster, and lets us in; Ray tries many times and then says neither.

    Raises:
        OutsideError: It is none, or has another token.
    """
    import ray

    client = getattr(import_module("ray._raylet"), "GcsClient", None)
    refused = getattr(ray.exceptions, "AuthenticationError", ())
    if client is None:
        return
    try:
        with _muted():
            client(address=address)
    except refused as error:
        raise OutsideError(
            f"cannot reach a Ray cluster at {address!r}: {_reason(error)}"
        ) from error
    except ray.exceptions.RayError as error:
        raise OutsideError(
            f"what answers at {address!r} is no Ray cluster, or cannot answer ({_reason(error)}): name "
            "the port that `ray start --head` was given"
        ) from error


@contextmanager
def _muted() -> Iterator[None]:
    """Keep what is not Python from writing to the terminal."""
    try:
        where = sys.__stderr__.fileno() if sys.__stderr__ is not None else 2
        kept = os.dup(where)
    except (OSError, ValueError):
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), where)
        yield
    finally:
        os.dup2(kept, where)
        os.close(kept)


def _reason(error: Exception) -> str:
    if "token" in str(error).lower():
        return "it wants another token: set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN as where it was started"
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


@contextmanager
def _patience() -> Iterator[None]:
    """Let Ray warn of what is its own affair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _token() -> dict[str, str]:
    """How a cluster of our own lets nobody else in, unless the user has said how."""
    if os.environ.get("RAY_AUTH_MODE", "token").lower() != "token":
        return {}
    if os.environ.get("RAY_AUTH_TOKEN") or os.environ.get("RAY_AUTH_TOKEN_PATH"):
        return {"RAY_AUTH_MODE": "token"}
    return {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": _TOKEN}


def _set(values: Mapping[str, str]) -> dict[str, str | None]:
    """Set variables of the environment, and give what they were."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    return before


def _new_folder() -> Path:
    """A folder for what Ray keeps, with a short name, as sockets want it."""
    where = tempfile.gettempdir()
    if len(where) > LONGEST_FOLDER:
        where = "/tmp"  # noqa: S108 - the folder in it is made for us alone
    for old in Path(where).glob(f"{FOLDER}*"):
        _remove_if_left(old)
    return Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-", dir=where))


def _remove_if_left(folder: Path) -> None:
    """Remove a folder whose process is no more."""
    owner = folder.name.removeprefix(FOLDER).partition("-")[0]
    if not owner.isdecimal():
        return
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return


def _begun() -> "list[subprocess.Popen[bytes]]":
    """The processes that Ray began for us; it ends them, and does not wait until they have."""
    from ray._private import worker

    known = getattr(getattr(worker, "_global_node", None), "all_processes", {})
    return [each.process for kind in known.values() for each in kind]


def _end_all(folder: Path) -> None:
    """End what is still there of a cluster of our own, as where it could not be begun."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int(entry.name) != os.getpid() and _belongs(entry, folder):
                os.kill(int(entry.name), signal.SIGKILL)


def _belongs(process: Path, folder: Path) -> bool:
    """Whether a process is of the cluster whose folder this is; some take another name, and write there."""
    inside = f"{folder}/"
    if inside.encode() in (process / "cmdline").read_bytes():
        return True
    for opened in (process / "fd").iterdir():
        with suppress(OSError):  # it has just been closed
            if str(opened.readlink()).startswith(inside):
                return True
    return False


def _remove(folder: Path) -> None:
    """Remove the folder of a cluster that has ended; what is just being killed may still write there."""
    for _ in range(REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(REMOVAL_PAUSE_SECONDS)


def _let_go(folder: Path | None, before: Mapping[str, str | None]) -> None:
    with suppress(ModuleNotFoundError), _patience():
        import ray

        begun = _begun()
        ray.shutdown()
        for process in begun:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_SECONDS)
    if folder is not None:
        _end_all(folder)
        _remove(folder)
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
