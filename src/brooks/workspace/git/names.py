"""How the branches and folders of a run are called. Pure.

The run's branch is `brooks/RUN`, and that of a task `brooks-tasks/RUN/TASK`: a branch cannot stand
in a folder that is a branch itself. An id that is not plain enough for a branch on every file
system (capitals, a dot at the end, a slash) is written in plain letters with a piece of its hash
behind it; an id that only looks like that gets one too, so two ids never have the same name.
"""

import re
from hashlib import sha256

RUNS = "brooks"
TASKS = "brooks-tasks"
_PLAIN = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,78}[a-z0-9_])?")
_HASHED = re.compile(r".*-[0-9a-f]{10}")
_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def plain(name: str) -> str:
    """Spell an id in the letters that branches and folders may have."""
    usable = _PLAIN.fullmatch(name) and ".." not in name and not name.endswith(".lock")
    if usable and not _HASHED.fullmatch(name):
        return name
    letters = re.sub(r"[^a-z0-9_]+", "-", name.lower())[:60].strip("-") or "x"
    return f"{letters}-{short_hash(name)}"


def short_hash(text: str) -> str:
    """Ten letters that tell texts apart."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:10]


def run_branch(run: str) -> str:
    """The branch that a run's results are on."""
    return f"{RUNS}/{plain(run)}"


def task_branches(run: str) -> str:
    """What the branches of a run's tasks are in."""
    return f"{TASKS}/{plain(run)}"


def ref(branch: str) -> str:
    """A branch by its full name."""
    return f"refs/heads/{branch}"


def one_line(text: str, *, most: int = 200) -> str:
    """Make any text fit on a line of a commit's message."""
    line = " ".join(_LINE_BREAKS.sub(" ", text).split())
    line = line.encode(errors="replace").decode()
    return line if len(line) <= most else f"{line[: most - 1]}…"
