"""A user's repository for trying the git workspace on: hostile, and in the middle of work.

It has names with spaces, quotes, dashes, letters of other scripts and line breaks, a link, a script,
a filter and every hook (each would leave a mark if it ran), a stash, staged and unstaged changes and
files that git does not know. `fingerprint` is all of that, to be compared before and after; `flaws`
is what a run left behind that it should not have.
"""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

GIT = shutil.which("git") or "git"
NOTES = 'no tes/"quoted" — späte Grüße.txt'
"""A text that many tasks edit."""
SCRIPT = "-run.sh"
REGISTRY, TOTAL = "registry.txt", "total.txt"
HOSTILE = {
    NOTES: b"".join(b"note %d\n" % number for number in range(20)),
    SCRIPT: b"#!/bin/sh\n",
    REGISTRY: b"",
    TOTAL: b"0\n",
    "back\\slash": b"\r\n\0binary",
    " space": b"no line end",
    "old/deep/file": b"may become something else\n",
}
UNSEEN = {"line\nbreak": b"its name cannot be used\n", ".env": b"KEY=1\n"}
"""What is committed and the run does not see, beside a link."""
HOOKS = ("post-checkout", "post-commit", "pre-commit", "post-index-change", "reference-transaction")


def git(folder: Path, *words: str, stdin: bytes = b"") -> bytes:
    """Run git as a user does who has no settings."""
    environment = {
        "PATH": os.defpath,
        "HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
    }
    identity = ("-c", "user.name=user", "-c", "user.email=user@localhost", "-c", "gc.auto=0")
    safe = ("-c", "safe.directory=*")
    command = [GIT, *identity, *safe, *words]
    done = subprocess.run(
        command, cwd=folder, env=environment, input=stdin, capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"git {words}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def make_repository(top: Path, *, within: str = "") -> Path:
    """Make it, with the workspace in the folder `within`; gives the workspace."""
    workspace = top / within
    workspace.mkdir(parents=True)
    git(top, "init", "-q", "--template=", "-b", "main")
    for path, data in {**HOSTILE, **UNSEEN}.items():
        place = workspace / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (workspace / SCRIPT).chmod(0o755)
    (workspace / "link").symlink_to("old")
    if within:
        (top / "outside").write_bytes(b"of the workspace\n")
    git(top, "add", "--all")
    git(top, "commit", "-q", "-m", "start")
    _set_traps(top)
    _begin_work(top, workspace)
    return workspace


def _set_traps(top: Path) -> None:
    """Hooks and filters that leave a mark; and `.gitattributes` that asks for one, uncommitted."""
    mark = f"touch '{top}/.git/ran-'"
    hooks = top / ".git" / "hooks"
    hooks.mkdir()
    for hook in HOOKS:
        (hooks / hook).write_text(f"#!/bin/sh\n{mark}{hook}\n")
        (hooks / hook).chmod(0o755)
    (top / ".git" / "info").mkdir(exist_ok=True)
    (top / ".git" / "info" / "attributes").write_text("* filter=trap\n")
    for kind in ("clean", "smudge"):
        git(top, "config", f"filter.trap.{kind}", f"{mark}{kind}; cat")


def _begin_work(top: Path, workspace: Path) -> None:
    quiet = (
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "filter.trap.clean=",
        "-c",
        "filter.trap.smudge=",
    )
    (workspace / TOTAL).write_bytes(b"stashed\n")
    git(top, *quiet, "stash", "-q")
    (workspace / TOTAL).write_bytes(b"staged\n")
    git(top, *quiet, "add", "--all")
    (workspace / TOTAL).write_bytes(b"not staged\n")
    (workspace / REGISTRY).write_bytes(b"not staged\n")
    (workspace / "old" / "deep" / "file").unlink()
    (workspace / "new file").write_bytes(b"not known to git\n")


def fingerprint(top: Path, *, ours: tuple[str, ...]) -> dict[str, str]:
    """Everything of the user's: files with their times, index, settings, stash, other branches."""
    found = {
        str(path.relative_to(top)): _facts(path)
        for path in sorted(top.rglob("*"))
        if path.relative_to(top).parts[0] != ".git"
    }
    for name in ("HEAD", "index", "config", "info/attributes", "logs/HEAD", "logs/refs/stash"):
        found[f".git/{name}"] = _facts(top / ".git" / name)
    found |= {str(path): _facts(path) for path in sorted((top / ".git" / "hooks").iterdir())}
    refs = git(top, "for-each-ref", "--format=%(refname) %(objectname)").decode().splitlines()
    own = tuple(f"refs/heads/{branch}" for branch in ours)
    return found | {name: "" for name in refs if not name.startswith(own)}


def _facts(path: Path) -> str:
    status = path.lstat()
    if path.is_symlink():
        content = str(path.readlink()).encode()
    else:
        content = path.read_bytes() if path.is_file() else b""
    times = status.st_mtime_ns if path.is_file() else 0
    return f"{sha256(content).hexdigest()} {status.st_mode} {times}"


def left_behind(top: Path) -> list[str]:
    """What no run should leave in a repository: locks, checkouts, temporary files, marks of traps."""
    store = top / ".git"
    wrong = [
        str(path.relative_to(store))
        for path in sorted(store.rglob("*"))
        if path.name.endswith(".lock")
        or path.name.startswith(("ran-", "fast_import_crash", "tmp_"))
    ]
    if (store / "worktrees").exists():
        wrong.append("worktrees")
    if git(top, "worktree", "list", "--porcelain").count(b"worktree ") != 1:
        wrong.append("a registered worktree")
    return wrong


def files_of(top: Path, commit: str, *, within: str = "") -> dict[str, tuple[bytes, bool]]:
    """The regular files of a commit below a folder, with whether each is executable."""
    listing = git(top, "ls-tree", "-r", "-z", "--full-tree", f"{commit}:{within}")
    entries = [line.partition(b"\t") for line in listing.split(b"\0")[:-1]]
    taken = [(*facts.split(), path) for facts, _, path in entries if facts.startswith(b"100")]
    asked = b"".join(blob + b"\n" for _, _, blob, _ in taken)
    answer = git(top, "cat-file", "--batch", "--buffer", stdin=asked)
    found, at = {}, 0
    for mode, _, _, path in taken:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[2])
        found[os.fsdecode(path)] = (answer[end + 1 : end + 1 + size], mode == b"100755")
        at = end + size + 2
    return found
