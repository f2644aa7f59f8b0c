"""`brooks doctor`: what this machine has, and what that means for runs."""

import os
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import click

from brooks import __version__
from brooks.cli.extras import EXTRA_OF, PURPOSES
from brooks.cli.options import Exit, json_option, print_json, runs_dir_option
from brooks.models.command import installed, known_agents
from brooks.models.keys import Keys
from brooks.models.profile import bundled_profiles
from brooks.models.provider_table import PROVIDERS
from brooks.workspace.sandbox import probe

LEAST_SPACE = 2**30
"""Bytes of free disk below which a run may fill the disk."""


class Health(StrEnum):
    """What a finding means."""

    OK = "ok"
    NOTE = "note"
    """Runs work; something would work better."""
    BAD = "bad"
    """Runs do not work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    health: Health
    text: str


@click.command("doctor")
@runs_dir_option
@json_option
def doctor_command(runs_dir: Path, *, as_json: bool) -> int:
    """Look at what runs need: Python, git, pytest, the sandbox, the disk, the terminal, models.

    Exit code 4 means that something without which nothing runs is missing.
    """
    findings = look_around(runs_dir)
    is_well = all(finding.health is not Health.BAD for finding in findings)
    if as_json:
        print_json({"well": is_well, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            click.echo(f"{finding.health.value:<5}{finding.name:<14}{finding.text}")
    return Exit.DONE if is_well else Exit.OUTSIDE


def look_around(runs_dir: Path) -> list[Finding]:
    """Everything that was found, in the order in which a user should read it."""
    place = _nearest_folder(runs_dir)
    return [
        _found("brooks", f"version {__version__}"),
        _found("python", f"{platform.python_version()} at {sys.executable}"),
        _pytest(),
        *_sandbox(),
        _git(),
        _writing(runs_dir, place),
        _space(place),
        _terminal(),
        _models(),
        *_providers(),
        _agents(),
        *_extras(),
    ]


def _found(name: str, text: str) -> Finding:
    return Finding(name=name, health=Health.OK, text=text)


def _noted(name: str, text: str) -> Finding:
    return Finding(name=name, health=Health.NOTE, text=text)


def _pytest() -> Finding:
    try:
        return _found("pytest", f"version {version('pytest')}: checks may use it")
    except PackageNotFoundError:
        text = "missing: the bundled suites' checks need it (`pip install pytest`)"
        return Finding(name="pytest", health=Health.BAD, text=text)


def _sandbox() -> list[Finding]:
    levels = probe()
    strongest = next((report for report in levels if report.available), None)
    if strongest is None:
        text = "this machine has none of its levels: use --checks modelled"
        first = Finding(name="sandbox", health=Health.BAD, text=text)
    else:
        first = _found("sandbox", f"checks run in {strongest.level.value}")
    return [
        first,
        *(
            Finding(
                name=f"  {report.level.value}",
                health=Health.OK if report.available else Health.NOTE,
                text=report.explanation,
            )
            for report in levels
        ),
    ]


def _git() -> Finding:
    program = shutil.which("git")
    if program is None:
        return _noted("git", "missing: this version does not need it")
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10)  # noqa: PLW1510, S603 - found on the path; a failure shows in the text
    except (OSError, subprocess.TimeoutExpired) as error:
        return _noted("git", f"{program} does not answer: {error}")
    return _found(
        "git", done.stdout.strip().removeprefix("git version ") or "does not say its version"
    )


def _nearest_folder(path: Path) -> Path:
    """The folder itself, or the nearest above it that is there."""
    folder = path.absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _writing(runs_dir: Path, place: Path) -> Finding:
    effective = os.access in os.supports_effective_ids
    may_write = os.access(place, os.W_OK | os.X_OK, effective_ids=effective)
    if place.is_dir() and may_write:
        return _found("runs", f"go to {str(runs_dir)!r}")
    text = f"{str(place)!r} cannot be written to: choose another --runs-dir"
    return Finding(name="runs", health=Health.BAD, text=text)


def _space(place: Path) -> Finding:
    free = shutil.disk_usage(place).free
    text = f"{free / 2**30:.1f} GiB free"
    if free < LEAST_SPACE:
        return _noted("disk", f"{text}: a long run may fill it")
    return _found("disk", text)


def _terminal() -> Finding:
    if sys.stderr.isatty():
        columns = shutil.get_terminal_size().columns
        return _found("terminal", f"{columns} columns: runs show live progress")
    return _found("terminal", "none on stderr: runs print a line now and then")


def _models() -> Finding:
    profiles = ", ".join(f"sim:{name}" for name in bundled_profiles())
    return _found(
        "models",
        f"{profiles} (simulated); scripted:FILE, recorded:RUN",
    )


def _providers() -> list[Finding]:
    """Which providers could be asked: a key is there, and so is the library that speaks to them."""
    keys = Keys.load(Path(), os.environ)
    findings = []
    by_extra: dict[str, list[str]] = {}
    for provider in PROVIDERS.values():
        if not provider.is_local and keys.first(provider.key_variables) is not None:
            by_extra.setdefault(provider.extra, []).append(provider.name)
    for extra, names in by_extra.items():
        if _is_installed("pydantic_ai") and _is_installed(_LIBRARIES[extra]):
            findings.append(_found("key", f"for {', '.join(names)}: ready"))
        else:
            text = f"for {', '.join(names)}, and no library: pip install 'brooks[{extra}]'"
            findings.append(_noted("key", text))
    if not by_extra:
        text = "none in the environment or in '.env': local servers and simulated models need none"
        findings.append(_noted("keys", text))
    return findings


_LIBRARIES = {"openai": "openai", "anthropic": "anthropic", "google": "google.genai"}


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _agents() -> Finding:
    there = [agent.name for agent in known_agents() if installed(agent) is not None]
    lacking = [agent.name for agent in known_agents() if agent.name not in there]
    if not there:
        return _noted("agents", f"no coding agent on the path; known are {', '.join(lacking)}")
    names = ", ".join(f"command:{name}" for name in there)
    more = f"; not here: {', '.join(lacking)}" if lacking else ""
    return _found("agents", f"{names}{more}")


def _extras() -> list[Finding]:
    """Which commands have the libraries that not everybody needs."""
    findings = []
    for extra, purpose in PURPOSES.items():
        lacking = [name for name, of in EXTRA_OF.items() if of == extra and not _is_installed(name)]
        if lacking:
            text = f"pip install 'brooks[{extra}]' for {purpose}"
            findings.append(_noted(f"extra {extra}", text))
        else:
            findings.append(_found(f"extra {extra}", f"installed: {purpose}"))
    return findings
