"""What is said when something fails names no key, whoever put one there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from tests.secrets.kit import (
    CANARIES,
    ENVIRONMENT,
    FROM_FILE,
    KEY,
    all_files,
    forms,
    leaks,
    providing,
    reply,
)

from brooks.cli.entry import LazyGroup, command_line
from brooks.errors import InternalError, UsageError

TASKS = "project: keys\ntasks:\n  - {id: one, files: [one.txt], check: test -f one.txt}\n"
RUN = ("run", "tasks.yaml", "-t", "single", "-m", "openai:gpt-5.2", "--run-id", "it")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "tasks.yaml").write_text(TASKS)
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def call(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(command_line, words, env={**ENVIRONMENT, **environment})


def refused(key: str) -> tuple[int, dict[str, Any]]:
    """What a provider says that repeats the key it does not like."""
    return 401, {"error": {"message": f"Incorrect API key: {key}.", "code": "invalid_api_key"}}


@pytest.mark.slow
@pytest.mark.parametrize("debug", ["0", "1"])
def test_a_refused_key_is_not_repeated(folder: Path, debug: str) -> None:
    """The provider's own error does; ours says that the key was refused, and exits with 4."""
    with providing(refused(KEY)) as provider:
        said = call(*RUN, OPENAI_BASE_URL=provider.url, BROOKS_DEBUG=debug)
        shown = call("show", "it", "--events")

    assert said.exit_code == 4, said.output
    assert "Incorrect API key: [redacted:OPENAI_API_KEY]." in said.output
    assert leaks(said.output) == leaks(shown.output) == []
    for name, data in all_files(folder / ".brooks").items():
        assert leaks(data) == [], name


@pytest.mark.slow
def test_a_resume_elsewhere_keeps_the_keys_known_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is in `.env` alone, and another one in the folder in which the run is resumed."""
    first, second = "sk-first-canary-aaaa1111", "sk-second-canary-bbbb2222"
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    runs = str(folder / ".brooks" / "runs")
    told = reply(
        "\n".join(forms(second)),
        ("write_file", {"path": "one.txt", "content": "\n".join(forms(second))}),
        ("complete", {"task": "one"}),
    )
    with providing(refused(first), (200, told)) as provider:
        for where, key in ((folder, first), (elsewhere, second)):
            (where / ".env").write_text(
                f"export OPENAI_API_KEY='{key}'\nOPENAI_BASE_URL={provider.url}\n"
            )
        began = CliRunner().invoke(command_line, RUN, env={"OPENAI_API_KEY": None})
        monkeypatch.chdir(elsewhere)
        ended = CliRunner().invoke(
            command_line, ["resume", "it", "--runs-dir", runs], env={"OPENAI_API_KEY": None}
        )

    assert began.exit_code == 4, began.output
    assert ended.exit_code == 0, ended.output
    assert leaks(began.output + ended.output, (first, second)) == []
    kept = {**all_files(folder / ".brooks"), "one.txt": (folder / "one.txt").read_bytes()}
    for name, data in kept.items():
        assert leaks(data, (first, second)) == [], name
    assert b"[redacted:OPENAI_API_KEY]" in kept["one.txt"]


def test_a_task_file_with_a_key_is_refused_without_showing_it(folder: Path) -> None:
    """Wherever it stands: in a text, as a wrong value, or in a file that the task file names."""
    for number, text in enumerate(
        (
            TASKS + f"budget: {{usd: '{FROM_FILE}'}}\n",
            TASKS.replace("[one.txt]", f"['../{FROM_FILE}']"),
            TASKS.replace("test -f one.txt", f"test {FROM_FILE}"),
            TASKS.replace("}", ", solution: solved}"),
        )
    ):
        (folder / "tasks.yaml").write_text(text)
        (folder / "solved").mkdir(exist_ok=True)
        (folder / "solved" / "one.txt").write_text(f"= {FROM_FILE} =")
        said = call(*RUN, OPENAI_BASE_URL="http://127.0.0.1:9/v1", EXTRA_SECRET=FROM_FILE)

        assert said.exit_code == 2, (number, said.output)
        assert leaks(said.output) == []
        assert not (folder / ".brooks" / "runs" / "it").exists()


def _raise_usage() -> None:
    raise UsageError(f"a wrong value: {KEY}")


def _raise_internal() -> None:
    try:
        _raise_usage()
    except UsageError as error:
        raise InternalError(f"not so: {forms(KEY)}") from error


def _raise_bug() -> None:
    raise RuntimeError(f"crashed with {CANARIES} and {forms(KEY)}")


def _raise_system() -> None:
    raise OSError(2, "no such file", f"/home/{KEY}/file")


def _raise_click() -> None:
    raise click.UsageError(f"no such option {KEY}")


@pytest.mark.parametrize("debug", ["0", "1"])
@pytest.mark.parametrize(
    ("crash", "code"),
    [
        (_raise_usage, 2),
        (_raise_internal, 1),
        (_raise_bug, 1),
        (_raise_system, 4),
        (_raise_click, 2),
    ],
)
def test_no_error_and_no_traceback_shows_a_key(
    folder: Path, crash: Callable[[], None], code: int, debug: str
) -> None:
    """Neither of this exception nor of those that led to it; also with a `.env` that nobody understands."""

    class Crashing(LazyGroup):
        def invoke(self, ctx: click.Context) -> Any:
            crash()

    brooks = Crashing("brooks", invoke_without_command=True)
    for text in (f"EXTRA_SECRET={FROM_FILE}\n", "this is not to be understood\n"):
        (folder / ".env").write_text(text)
        environment = {**ENVIRONMENT, "BROOKS_DEBUG": debug}
        if "EXTRA" not in text:
            environment["EXTRA_SECRET"] = FROM_FILE

        said = CliRunner().invoke(brooks, [], env=environment)

        assert said.exit_code == code
        assert "[redacted:OPENAI_API_KEY]" in said.output
        assert leaks(said.output) == []
        if debug == "1" and code == 1:
            assert "Traceback" in said.output


def test_a_line_of_the_env_file_that_is_wrong_is_not_shown(folder: Path) -> None:
    """It may be the one with the key."""
    (folder / ".env").write_text(f"EXTRA_SECRET {FROM_FILE}\n")

    said = call(*RUN)

    assert said.exit_code == 2
    assert "line 1" in said.output
    assert leaks(said.output) == []
