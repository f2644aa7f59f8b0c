"""The words that put a program into bubblewrap, and whether they work on this machine.

The program sees the folders it is given, read-only, its scratch folder, and new namespaces for
processes, network, host name and shared memory. What it can write besides its scratch folder is in
memory and small.
"""

import functools
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

SYSTEM = tuple(
    map(
        Path,
        ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix"),
    )
)
_NAMESPACES = (
    "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
)  # fmt: skip
_IN_MEMORY = ("/tmp", "/dev/shm")  # noqa: S108 - inside the sandbox
_IN_MEMORY_BYTES = str(64 * 2**20)


def problem() -> str:
    """Why bubblewrap cannot be used here; empty when it can."""
    if shutil.which("bwrap") is None:
        return "bwrap is not installed"
    with TemporaryDirectory(prefix="brooks-probe-") as folder:
        try:
            words = [*wrapper([path for path in SYSTEM if path.exists()], Path(folder)), "true"]
            tried = subprocess.run(  # noqa: S603 - our own words
                words, capture_output=True, text=True, check=False, timeout=20
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"bwrap does not work here: {error}"
    if tried.returncode == 0:
        return ""
    return f"bwrap does not work here: {tried.stderr.strip() or tried.returncode}"


def wrapper(readable: Sequence[Path], scratch: Path) -> list[str]:
    """The command line up to the program's own words."""
    scratch = scratch.resolve()
    words = [shutil.which("bwrap") or "bwrap", "--die-with-parent", *_NAMESPACES]
    words += ["--hostname", "check"]
    if os.getuid():
        words.append("--unshare-user")  # root needs none, and can give each check its own user
    words += ["--proc", "/proc", "--dev", "/dev"]
    bounded = ["--size", _IN_MEMORY_BYTES] if _can_bound_memory(words[0]) else []
    for name in _IN_MEMORY:
        words += [*bounded, "--perms", "1777", "--tmpfs", name]
    bound = _with_targets(readable)
    above = [folder for path in [*bound, scratch] for folder in reversed(path.parents)]
    made = {Path("/"), *map(Path, _IN_MEMORY), *bound}
    for folder in dict.fromkeys(above):
        if folder not in made and not any(folder.is_relative_to(path) for path in bound):
            words += ["--perms", "0755", "--dir", str(folder)]
    for path in bound:
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        else:
            words += ["--ro-bind", str(path), str(path)]
    return [*words, "--bind", str(scratch), str(scratch), "--chdir", str(scratch), "--"]


@functools.cache
def _can_bound_memory(program: str) -> bool:
    """Whether this bubblewrap (0.7 and later) can say how big a folder in memory may become."""
    told = subprocess.run(  # noqa: S603 - our own words
        [program, "--help"], capture_output=True, text=True, check=False, timeout=20
    )
    return "--size" in told.stdout + told.stderr


def _with_targets(paths: Sequence[Path]) -> list[Path]:
    """The paths, those that lie in another left out, and what a link leads to added."""
    wanted = [*paths, *(path.resolve() for path in paths if path.is_symlink())]
    folders = {path for path in wanted if not path.is_symlink()}
    return [
        path
        for path in dict.fromkeys(wanted)
        if not any(path != folder and path.is_relative_to(folder) for folder in folders)
    ]
