"""Experiments that come with the package, to be run by their name."""

from pathlib import Path

_FOLDER = Path(__file__).parent
PAPER = "paper"
"""The experiment that repeats the published study."""


def bundled_experiments() -> tuple[str, ...]:
    """Their names, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def experiment_file(named: Path) -> Path:
    """The file of a bundled experiment of that name, unless there is such a file; else what was named."""
    if str(named) in bundled_experiments() and not named.is_file():
        return _FOLDER / f"{named}.yaml"
    return named
