"""Where runs live: one folder each, with the log and, beside it, what must not be in the log.

RUNS/ID/run.db          the log
RUNS/ID/manifest.json   how it was started: paths, program version, machine, times of day
RUNS/ID/kept/           our version of files that the user changed during the run
RUNS/ID/copies/         working copies and output of agents on the command line
RUNS/ID/git.json        where the run began in the user's repository, and its branch
RUNS/ID/worktrees/      checkouts of that repository for agents on the command line
RUNS/ID/workspace/      the files, for bundled projects that have no folder of their own
"""

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brooks.errors import OutsideError, UsageError
from brooks.runtime.real_clock import wall_clock

RUNS_DIR = Path(".brooks") / "runs"


class RunFolder:
    """One run's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def id(self) -> str:
        """The run's id."""
        return self.path.name

    @property
    def log(self) -> Path:
        """The log."""
        return self.path / "run.db"

    @property
    def kept(self) -> Path:
        """Our version of files that the user changed."""
        return self.path / "kept"

    @property
    def copies(self) -> Path:
        """Working copies of agents on the command line."""
        return self.path / "copies"

    @property
    def workspace(self) -> Path:
        """The files of a run without a folder of its own."""
        return self.path / "workspace"

    def write_manifest(self, facts: dict[str, Any]) -> None:
        """Write the manifest whole."""
        temporary = self.path / "manifest.json.new"
        temporary.write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        temporary.replace(self.path / "manifest.json")

    def manifest(self) -> dict[str, Any]:
        """What the manifest says; empty when there is none."""
        try:
            found = json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def create_run_folder(runs: Path, run_id: str | None = None) -> RunFolder:
    """Make the folder of a new run, named by the time of day and a few random letters."""
    name = run_id or f"{wall_clock():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    path = runs / name
    try:
        runs.mkdir(parents=True, exist_ok=True)
        keep_out_of_git(runs.parent)
        path.mkdir()
    except FileExistsError as error:
        message = f"there is a run {name!r} in {str(runs)!r} already: choose another --run-id"
        raise UsageError(message) from error
    except OSError as error:
        why = error.strerror or error
        message = f"cannot make the run's folder {str(path)!r}: {why}; choose another --runs-dir"
        raise OutsideError(message) from error
    return RunFolder(path)


def keep_out_of_git(folder: Path) -> None:
    """Where this is a `.brooks` folder, let git pass over everything in it."""
    ignore = folder / ".gitignore"
    if folder.name == ".brooks" and not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


def all_runs(runs: Path) -> Iterator[RunFolder]:
    """Every run in a folder of runs, oldest first."""
    if runs.is_dir():
        for path in sorted(runs.iterdir()):
            if (path / "run.db").is_file():
                yield RunFolder(path)


def find_run(runs: Path, name: str) -> RunFolder:
    """A run by its id, a prefix of it that no other has, `latest`, or the path of its folder."""
    if os.sep in name and (Path(name) / "run.db").is_file():
        return RunFolder(Path(name))
    found = list(all_runs(runs))
    if name == "latest" and found:
        return max(found, key=_started)
    exact = [run for run in found if run.id == name]
    matching = exact or [run for run in found if run.id.startswith(name)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        ids = ", ".join(run.id for run in matching)
        message = f"{name!r} is the beginning of {len(matching)} runs: {ids}"
        raise UsageError(message)
    known = ", ".join(run.id for run in found[-5:]) or "none"
    message = f"there is no run {name!r} in {str(runs)!r} (the last ones: {known})"
    raise UsageError(message)


def _started(run: RunFolder) -> tuple[str, str]:
    return (str(run.manifest().get("started", "")), run.id)
