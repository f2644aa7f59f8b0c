"""The scripted agent of the evidence, which stands in for real ones."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from agents import developer
from agents.developer import FORMATS, write_program
from brooks.bench.suites import suite_names, suite_path
from brooks.models.base import Answered, Outcome, Returned, Said
from brooks.models.command import parse_command

BINOMIAL = suite_path("mathlib/parallel") / "solutions/binomial/binomial.py"
SOLUTION = BINOMIAL.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("form", "program"),
    [
        ("claude", "claude -p --output-format json --model opus"),
        ("claude-stream", "claude -p --output-format stream-json --verbose"),
        ("codex", "codex exec --json -"),
        ("gemini", "gemini -o json"),
    ],
)
def test_it_stands_in_for_a_real_agent(bench: Any, form: str, program: str) -> None:
    """By its name, with the real one's flags, and with its cache counted as part of the input."""
    name, _, flags = program.partition(" ")
    words = ("--suite", "mathlib/parallel", "--as", form)
    path = write_program(bench.bin, name, *words)

    reply = bench.reply(bench.model(parse_command(f"{path} {flags}")))

    assert reply.text == "I have done binomial."
    assert dict(reply.calls[0].arguments) == {"path": "binomial.py", "content": SOLUTION}
    assert reply.usage.cached_tokens == 1000
    assert reply.usage.input_tokens > 1000
    assert (reply.usage.dollars == 0.0123) is form.startswith("claude")


FAILURE = "the check of binomial failed (failed):\nE 1 != 2"
EARLIER = Said(role="user", text="Task binomial\nAn earlier attempt failed its check (failed):\nE")


@pytest.mark.parametrize("is_next_turn", [False, True])
def test_it_is_wrong_until_a_check_has_failed(bench: Any, *, is_next_turn: bool) -> None:
    """As the next request of the turn tells it, or the first of the next turn."""
    path = write_program(bench.bin, "agent", "--suite", "mathlib/parallel", "--wrong-first")
    model = bench.model(parse_command(str(path)))

    first = bench.reply(model)
    failed = Returned(outcomes=(Outcome(call="turn-1.0.1", ok=False, text=FAILURE),))
    same_turn = (*bench.request().conversation, Answered(reply=first), failed)
    conversation = (EARLIER,) if is_next_turn else same_turn
    second = bench.reply(model, bench.request(*conversation, index=1))

    assert first.calls[0].arguments["content"] != SOLUTION
    assert second.calls[0].arguments["content"] == SOLUTION


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, prompt: str, *options: str) -> int:
    """The agent in this process."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(prompt.encode())))
    return developer.main(options)


@pytest.mark.parametrize("suite", suite_names())
def test_it_does_all_tasks_of_a_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suite: str
) -> None:
    """Every solution of every bundled suite, whole, and nothing for a task it does not know."""
    solutions = suite_path(suite) / "solutions"
    names = sorted(path.name for path in solutions.iterdir())
    prompt = "".join(f"Task {name}: T\nfoo\n" for name in ["unknown", "../x", *names])

    run(monkeypatch, tmp_path, prompt, "--suite", suite)

    for name in names:
        for file in (solutions / name).glob("*.*"):  # an installed package has compiled files too
            assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_a_part_is_appended_once_and_put_right_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others wrote stays; what it wrote wrongly itself does not."""
    monkeypatch.chdir(tmp_path)
    table = tmp_path / "table.txt"
    table.write_text("theirs\n")

    developer._write(Path("table.txt.part"), b"mine is here\n", is_wrong=True)
    wrong = table.read_text()
    for _ in range(2):
        developer._write(Path("table.txt.part"), b"mine is here\n", is_wrong=False)

    assert wrong.startswith("theirs\nmine")
    assert wrong != "theirs\nmine is here\n"
    assert table.read_text() == "theirs\nmine is here\n"


@pytest.mark.parametrize("form", FORMATS)
def test_it_ends_as_it_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    form: str,
) -> None:
    """With any exit code, having done nothing, and with the environment it saw."""
    monkeypatch.setenv("MARK", "1")

    code = run(monkeypatch, tmp_path, "", "--as", form, "--exit", "9", "--print-env", "--idle")

    printed = capsys.readouterr()
    assert code == 9
    assert "I have done nothing." in printed.out
    assert json.loads(printed.err)["MARK"] == "1"
