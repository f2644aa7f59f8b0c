"""Profiles: the ones in the package, and files of one's own with all that can be wrong in them."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from msgspec.structs import asdict

from brooks.errors import UsageError
from brooks.models.profile import Profile, bundled_profiles, load_profile

TYPICAL = load_profile("typical")


def write(folder: Path, **changes: object) -> str:
    """A file that is the usual profile with some keys changed; those that are None left out."""
    values = {**asdict(TYPICAL), **changes}
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump({k: v for k, v in values.items() if v is not None}))
    return str(path)


def test_the_bundled_profiles_are_found_by_name() -> None:
    """And differ from one another."""
    profiles = {name: load_profile(name) for name in bundled_profiles()}

    assert list(profiles) == [
        "careless",
        "cautious",
        "claude-sonnet-4-6",
        "gemini-3-flash-preview",
        "quick",
        "typical",
    ]
    assert profiles["quick"].output_tokens_per_second > TYPICAL.output_tokens_per_second
    assert profiles["careless"].mistake > TYPICAL.mistake


@pytest.mark.parametrize("name", bundled_profiles())
def test_a_bundled_profile_says_what_its_numbers_rest_on(name: str) -> None:
    """In the comment at its top, with what is guessed called so."""
    path = Path(sys.modules[Profile.__module__].__file__ or "").parent / f"profiles/{name}.yaml"

    comments = [line for line in path.read_text().splitlines() if line.startswith("#")]

    assert len(comments) >= 4
    assert "uessed" in " ".join(comments)


def test_a_profile_of_ones_own_is_named_by_its_path(tmp_path: Path) -> None:
    """Whole numbers are taken where there may be fractions."""
    path = write(tmp_path, overhead_seconds=3, mistake=1)

    profile = load_profile(path)

    assert (profile.overhead_seconds, profile.mistake) == (3, 1)
    assert profile.repair == TYPICAL.repair


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mistake": 1.5}, ["mistake", "1.5", "1 is the most"]),
        ({"output_tokens_per_second": 0}, ["output_tokens_per_second", "0", "more than 0"]),
        ({"latency_sigma": -1}, ["latency_sigma", "-1"]),
        ({"overhead_seconds": float("nan")}, ["overhead_seconds", "not finite"]),
        ({"thinking_tokens": 1.5}, ["thinking_tokens", "1.5", "not a whole number"]),
        ({"stall": "often"}, ["stall", "'often'", "not a number"]),
        ({"stall": True}, ["stall", "True", "not a number"]),
        ({"repair": None}, ["'repair' is missing"]),
        ({"mistakes": 0.5}, ["'mistakes'", "did you mean 'mistake'?"]),
    ],
)
def test_a_wrong_value_is_named_with_file_line_and_key(
    tmp_path: Path, changes: dict[str, object], words: list[str]
) -> None:
    """The user can mend it without looking anything up."""
    path = write(tmp_path, **changes)

    with pytest.raises(UsageError) as caught:
        load_profile(path)

    assert str(caught.value).startswith(f"{path}:")
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_all_wrong_values_are_named_at_once(tmp_path: Path) -> None:
    """So that the file is mended in one go."""
    path = write(tmp_path, mistake=2, repair=3)

    with pytest.raises(UsageError) as caught:
        load_profile(path)

    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "typcal",
            ["'typcal'", "did you mean 'typical'?", "careless, cautious, claude-sonnet-4-6"],
        ),
        ("default", ["'default'", "gemini-3-flash-preview, quick, typical", "by its path"]),
        ("", ["''"]),
        ("nowhere.yaml", ["'nowhere.yaml'", "no profile"]),
    ],
)
def test_an_unknown_profile_is_met_with_those_there_are(name: str, words: list[str]) -> None:
    """A name that was meant otherwise, and a file that is not there."""
    with pytest.raises(UsageError) as caught:
        load_profile(name)

    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.slow
def test_importing_the_models_loads_no_heavy_library() -> None:
    """Pydantic and PyYAML come when a file is read; a run that reads none starts without them."""
    modules = ["naming", "profile", "recorded", "scripted", "simulated", "solutions"]
    code = "import sys, " + ", ".join(f"brooks.models.{name}" for name in modules)
    code += "; sys.exit(' '.join({'pydantic', 'yaml'} & set(sys.modules)) or None)"

    done = subprocess.run(  # noqa: S603 - the code above
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
