"""Reading a command, and the verdict on what the supervisor saw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.workspace.sandbox import CheckLimits, Reason
from brooks.workspace.sandbox.commands import program_words, pytest_words
from brooks.workspace.sandbox.protocol import Answer, Stopped, answer_from, to_line
from brooks.workspace.sandbox.verdict import judge

FULL = '{"passed": 2, "failed": 0, "unfinished": 0}'


def judged(text: str, *, most: int = 10_000) -> str:
    answer = Answer(number=1, exit_code=0, output=text)
    return judge("true", answer, CheckLimits(output_bytes=most), {"/s/c": "."}).output


@pytest.mark.parametrize(
    ("command", "given_words"),
    [
        ("pytest", []),
        ("pytest -q", ["-q"]),
        ("python -m pytest -k 'a or b'", ["-k", "a or b"]),
        ("python3.12 -m pytest x", ["x"]),
        ("/a/b/bin/python -m pytest x", ["x"]),
        ("/a/b/bin/pytest x", ["x"]),
    ],
)
def test_a_plain_call_of_pytest_is_known(command: str, given_words: list[str]) -> None:
    """Its report counts for more than its exit code."""
    call = pytest_words(command)

    assert call is not None
    assert call[1] == given_words


@pytest.mark.parametrize(
    "command",
    ["", "true", "pytest | cat", "pytest; true", "cd a && pytest", "python -c pytest", "pytest $X",
     "echo pytest", "pytest 'x", "python pytest", "X=1 pytest"],
)  # fmt: skip
def test_anything_else_is_a_program(command: str) -> None:
    """A program's exit code is all there is."""
    assert pytest_words(command) is None


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("make test", ["make", "test"]),
        ("echo 'a b'", ["echo", "a b"]),
        ("a && b", ["/bin/sh", "-c", "a && b"]),
        ("X=1 a", ["/bin/sh", "-c", "X=1 a"]),
        ("ls *.py", ["/bin/sh", "-c", "ls *.py"]),
        ("", ["/bin/sh", "-c", ""]),
    ],
)
def test_a_shell_runs_what_only_a_shell_understands(command: str, words: list[str]) -> None:
    """Everything else is run as it is."""
    assert program_words(command) == words


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(number=1, exit_code=0, counts=FULL), Reason.PASSED),
        (Answer(number=1, exit_code=0, counts=""), Reason.KILLED),
        (Answer(number=1, exit_code=0, counts="[]"), Reason.KILLED),
        (Answer(number=1, exit_code=0, counts='{"passed": "2"}'), Reason.KILLED),
        (Answer(number=1, exit_code=0, counts=FULL + FULL), Reason.KILLED),
        (Answer(number=1, exit_code=0, counts=FULL.replace("2", "0")), Reason.FAILED),
        (Answer(number=1, exit_code=0, counts=FULL.replace("0,", "1,")), Reason.FAILED),
        (Answer(number=1, exit_code=0, counts=FULL.replace("0}", "1}")), Reason.KILLED),
        (Answer(number=1, exit_code=1, counts=FULL), Reason.FAILED),
        (Answer(number=1, exit_code=1, output="x\nMemoryError\n"), Reason.MEMORY),
        (Answer(number=1, exit_code=127), Reason.NOT_RUNNABLE),
        (Answer(number=1), Reason.KILLED),
        (Answer(number=1, is_lost=True), Reason.KILLED),
        (Answer(number=1, problem="no folder"), Reason.NOT_RUNNABLE),
        (Answer(number=1, stopped=Stopped.TIMEOUT, counts=FULL), Reason.TIMEOUT),
        (Answer(number=1, stopped=Stopped.MEMORY), Reason.MEMORY),
        (Answer(number=1, stopped=Stopped.OUTPUT), Reason.KILLED),
        (Answer(number=1, stopped=Stopped.DISK), Reason.KILLED),
    ],
)
def test_pytest_passes_only_by_its_own_full_report(answer: Answer, reason: Reason) -> None:
    """Anything short of that has a reason of its own."""
    outcome = judge("pytest", answer, CheckLimits(), {})

    assert outcome.reason is reason
    assert outcome.passed == (reason is Reason.PASSED)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("2 passed in 0.01s\n", "2 passed\n"),
        ("2 passed in 61.01s (0:01:01)\n", "2 passed\n"),
        ("===== 1 failed in 0.12s =====\n", "=== 1 failed ===\n"),
        ("==== 1 failed in 12.34s =====\n", "=== 1 failed ===\n"),
        ("Ran 3 tests in 0.001s\n", "Ran 3 tests\n"),
        ("<object at 0x7f00deadbeef>", "<object at 0x…>"),
        ("/s/c/test_a.py:3", "./test_a.py:3"),
        ("0xff in 3 s", "0xff in 3 s"),
    ],
)
def test_what_differs_from_run_to_run_is_taken_out(text: str, normal: str) -> None:
    """Durations, addresses, folders."""
    assert judged(text) == normal


@given(st.text(max_size=300), st.integers(min_value=0, max_value=200))
def test_a_cut_keeps_head_and_tail_within_the_limit(text: str, most: int) -> None:
    """Whatever is in it, and wherever the cut falls."""
    output = judged(text.replace(" in ", ""), most=most)

    head, middle, tail = output.partition("\n… ")
    if middle and " bytes left out …\n" in tail:
        tail = tail.partition(" bytes left out …\n")[2]
        assert len((head + tail).encode()) <= most
        assert text.replace(" in ", "").startswith(head)
        assert text.replace(" in ", "").endswith(tail)
    else:
        assert len(output.encode()) <= most


@given(st.text(), st.integers() | st.none(), st.sampled_from([None, *Stopped]))
def test_an_answer_survives_the_way_to_the_sandbox(
    text: str, code: int | None, stopped: Stopped | None
) -> None:
    """It is one line, whatever the check printed."""
    answer = Answer(number=1, output=text, exit_code=code, stopped=stopped)

    line = to_line(answer)

    assert line.count("\n") == 1
    assert answer_from(line) == answer


@pytest.mark.parametrize("line", ["", "{}", "[]", "3", '{"stopped": "x"}', '{"stopped": null}'])
def test_rubbish_is_no_answer(line: str) -> None:
    """Something else may have written where the server writes."""
    with pytest.raises(ValueError):  # noqa: PT011 - every kind of it
        answer_from(line)
