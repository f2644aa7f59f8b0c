"""A command that lacks a library says in a line which extra brings it."""

import tomllib
from pathlib import Path

import pytest

from brooks.cli.extras import EXTRA_OF, PURPOSES, how_to_install

CALLED = {"opentelemetry": "opentelemetry_proto", "vl_convert": "vl_convert_python"}
"""What is installed for a package of another name."""
PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@pytest.mark.parametrize("package", sorted(EXTRA_OF))
def test_each_library_is_in_the_extra_that_is_named(package: str) -> None:
    """What the line says to install brings it."""
    extras = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
    missing = ModuleNotFoundError(f"No module named '{package}.part'", name=f"{package}.part")

    said = how_to_install(missing)

    assert said == (
        f"this command needs the package {package!r}: pip install 'brooks[{EXTRA_OF[package]}]'"
    )
    names = [each.partition(">")[0].replace("-", "_") for each in extras[EXTRA_OF[package]]]
    assert CALLED.get(package, package.replace("-", "_")) in names


def test_another_missing_module_is_our_own_fault() -> None:
    """No extra brings it."""
    assert how_to_install(ModuleNotFoundError(name="brooks.nowhere")) is None
    assert how_to_install(ModuleNotFoundError()) is None


def test_each_extra_says_what_it_is_for() -> None:
    """So that `brooks doctor` can tell."""
    assert sorted(PURPOSES) == sorted(set(EXTRA_OF.values()))
