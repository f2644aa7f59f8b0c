"""The package as someone installs and imports it: small, quick, typed, its public names listed."""

import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import brooks

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "requirements" / "constraints.txt"
MOST_PACKAGES = 25
PUBLIC_NAMES: list[str] = []
HEAVY = {"asyncio", "duckdb", "msgspec", "pydantic", "pydantic_ai", "pytest", "ray", "sqlite3"}


def base_install() -> set[str]:
    """Every distribution that installing the project without extras brings, itself included."""
    found: set[str] = set()
    waiting = ["brooks"]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        requirements = map(Requirement, importlib.metadata.requires(name) or ())
        waiting += [
            requirement.name
            for requirement in requirements
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        ]
    return found


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after a statement."""
    program = f"{statement}; import json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run(  # noqa: S603 - the statements are written in this file
        [sys.executable, "-c", program], check=True, capture_output=True
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_the_base_install_stays_small() -> None:
    """Someone installs the project with no extras and counts what came along."""
    brought = base_install()

    assert len(brought) <= MOST_PACKAGES, sorted(brought)


def test_the_public_names_are_these() -> None:
    """What `__init__` lists is a promise to keep; a change of it is a change of this test."""
    assert sorted(getattr(brooks, "__all__", [])) == PUBLIC_NAMES


@pytest.mark.slow
@pytest.mark.parametrize("module", ["brooks", "brooks.cli"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    """A command that only prints its help must not wait for a provider or a store to load."""
    loaded = loaded_by(f"import {module}")

    assert loaded & HEAVY == set()


def test_the_version_is_said_once() -> None:
    """The module and the installed package give the same version."""
    assert brooks.__version__ == importlib.metadata.version("brooks")


def test_the_package_is_typed() -> None:
    """A type checker believes the annotations only where `py.typed` is installed."""
    assert files("brooks").joinpath("py.typed").is_file()


def test_the_licence_travels_with_the_package() -> None:
    """Its text is among the installed files, and its name in the metadata."""
    metadata = importlib.metadata.metadata("brooks")

    assert metadata["License-Expression"] == "MIT"
    assert metadata["License-File"] == "LICENSE"


def test_the_command_starts_the_package() -> None:
    """The installed command `brooks` leads to something that can be called."""
    (command,) = importlib.metadata.entry_points(group="console_scripts", name="brooks")

    assert callable(command.load())


def test_the_pins_are_bare() -> None:
    """A line is a name, a version and perhaps a marker: no host, no hash, no path."""
    mark = r"[a-z_]+ (==|!=|<|>|<=|>=) '[\w.]+'"
    bare = re.compile(
        r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; MARK( (and|or) MARK)*)?".replace("MARK", mark)
    )

    others = [
        line for line in CONSTRAINTS.read_text("utf-8").splitlines() if not bare.fullmatch(line)
    ]

    assert others == []


def test_every_dependency_has_a_pin_that_it_allows() -> None:
    """README installs with the pins, and a dependency without one would be whatever is newest."""
    pins = {
        canonicalize_name(pin.name): pin.specifier
        for pin in map(Requirement, CONSTRAINTS.read_text("utf-8").splitlines())
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]
    requirements = [
        Requirement(text)
        for group in groups
        for text in group
        if isinstance(text, str) and not text.startswith("brooks[")
    ]

    unpinned = [
        str(requirement)
        for requirement in requirements
        if not any(
            requirement.specifier.contains(pin.version)
            for pin in pins.get(canonicalize_name(requirement.name), ())
        )
    ]

    assert unpinned == []
