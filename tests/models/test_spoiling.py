"""Spoiled contents look like work, and fail."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.bench.suites import suite_path
from brooks.models.solutions import find_part, put_part
from brooks.models.spoiling import UNFINISHED, WRONG, spoil
from brooks.runtime.chance import stream


def spoiled(code: str) -> str:
    """A spoiled Python file."""
    return spoil("a.py", code.encode(), stream(0, "spoil")).decode()


def test_every_result_of_a_function_becomes_none() -> None:
    """Early and late, over several lines, after letters that take several bytes."""
    code = 'def f(x):\n    if x: "é"; return 1\n    return (\n        x,\n    )  # done\n'

    result = spoiled(code)

    assert result == 'def f(x):\n    if x: "é"; return None\n    return None  # done\n'


def test_only_one_function_is_spoiled() -> None:
    """Which one is drawn."""
    code = "def f():\n    return 1\n\n\ndef g():\n    return 2\n"

    results = {spoil("a.py", code.encode(), stream(seed, "spoil")).decode() for seed in range(20)}

    assert results == {code.replace("1", "None"), code.replace("2", "None")}


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("def _f():\n    return 1\ndef g():\n    return 2\n", "2"),
        ("class C:\n    def f(self):\n        return 1\ndef g():\n    return 2\n", "2"),
        (
            "class C:\n    def _f(self):\n        return 1\n    def g(self):\n        return 2\n",
            "2",
        ),
        ("def f():\n    def g():\n        return 1\n    return 2\n", "2"),
        ("def f():\n    def g():\n        return 2\n    g()\n", "2"),
        ("def f():\n    return None\ndef g():\n    return 2\n", "2"),
        ("def f():\n    return\nasync def g():\n    return 2\n", "2"),
        ("def _f():\n    return 2\n", "2"),
        ("def f():\r\n    return 2\r\n", "2"),
    ],
)
def test_what_is_spoiled_is_what_a_user_of_the_module_calls(code: str, result: str) -> None:
    """Functions before methods before what is private or inside; None is no result to lose."""
    assert spoiled(code) == code.replace(result, "None")


@pytest.mark.parametrize(
    "code", ["", "A = 1\n", "def f(:\n", "def f():\n    print(1)\n", "\ufeffdef f(): return 1\n"]
)
def test_a_file_without_results_fails_when_it_is_imported(code: str) -> None:
    """There is no function that could give the wrong thing."""
    assert spoiled(code) == UNFINISHED.decode()


@pytest.mark.parametrize(
    ("data", "result"),
    [
        (b"one\ntwo\n", b"one\n"),
        (b"onetwo", b"one"),
        ("éèà".encode(), "é".encode()),
        (b"\xff\xfe\x00\x00", b"\xff\xfe"),
        (b"\n", WRONG),
        (b"", WRONG),
    ],
)
def test_any_other_file_loses_its_second_half(data: bytes, result: bytes) -> None:
    """Between letters, and with the line's end that it had."""
    assert spoil("a.txt", data, stream(0, "spoil")) == result


@given(data=st.binary() | st.text().map(str.encode))
def test_spoiled_data_is_never_right(data: bytes) -> None:
    """Not as a whole file, and not as the part of one unless there is nothing in it."""
    for path in ("a.py", "a.txt"):
        assert spoil(path, data, stream(0, path)) != data

    if data.strip(b"\n"):
        assert find_part(spoil("a.txt", data, stream(0, "a.txt")), data) < 0


@pytest.mark.parametrize("path", ["a.py", "a.txt"])
def test_a_spoiled_part_does_not_hold_the_right_one(path: str) -> None:
    """The modelled check would take the task for done."""
    parts = [b"A = 1\n", b"def f():\n    return 1\n", b"x = 1", b"text\n\n", b"\n\nclass C: ...\n"]

    wrong = [spoil(path, part, stream(0, path)) for part in parts]

    assert [find_part(each, part) for each, part in zip(wrong, parts, strict=True)] == [-1] * 5


@given(
    head=st.sampled_from([b"", b"head", b"head\n"]),
    right=st.from_regex(rb"[ab]{2,5}\n{0,2}", fullmatch=True),
    tail=st.sampled_from([b"", b"tail\n"]),
)
def test_a_spoiled_part_is_put_right_where_it_stands(
    head: bytes, right: bytes, tail: bytes
) -> None:
    """What stands before and behind it is kept, and putting it right twice changes nothing."""
    wrong = spoil("a.txt", right, stream(0, "spoil"))
    before = put_part(put_part(head, wrong), tail)

    after = put_part(before, right, instead_of=wrong)

    assert after.startswith(head)
    assert after.endswith(tail)
    assert find_part(after, right) >= 0
    assert put_part(after, right, instead_of=wrong) == after


def passes(folder: Path, test: str) -> bool:
    """Whether pytest passes a test file in a folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(  # noqa: S603 - tests that are ours
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1, 2}, done.stdout
    return done.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("structure", "task"), [("mixed", "hadamard_matrix"), ("parallel", "gram_schmidt")]
)
def test_spoiled_solutions_of_a_bundled_project_fail_their_tests(
    tmp_path: Path, structure: str, task: str
) -> None:
    """All other solutions are in place, and the right one passes."""
    suite = suite_path(f"mathlib/{structure}")
    folder = tmp_path / "workspace"
    shutil.copytree(suite / "workspace", folder)
    for file in suite.glob("solutions/*/*.py"):
        shutil.copy(file, folder)
    solution, test = folder / f"{task}.py", f"tests/test_{task}.py"
    right = solution.read_bytes()

    right_passes = passes(folder, test)
    solution.write_bytes(spoil(solution.name, right, stream(1, "spoil")))

    assert right_passes
    assert not passes(folder, test)


@pytest.mark.slow
def test_a_spoiled_part_of_a_shared_module_fails_its_tests_and_no_others(tmp_path: Path) -> None:
    """Two tasks share a module; the spoiled part is importable, and the repaired one passes."""
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    for name in ("one", "two"):
        test = f"from shared import {name}\ndef test_it():\n    assert {name}() == '{name}'\n"
        (tmp_path / f"test_{name}.py").write_text(test)
    one, two = (f"def {name}():\n    return '{name}'\n".encode() for name in ("one", "two"))
    wrong = spoil("shared.py", two, stream(0, "spoil"))
    module = put_part(one, wrong)

    (tmp_path / "shared.py").write_bytes(module)
    first = [passes(tmp_path, f"test_{name}.py") for name in ("one", "two")]
    (tmp_path / "shared.py").write_bytes(put_part(module, two, instead_of=wrong) + b"\n")
    second = passes(tmp_path, "test_two.py")

    ast.parse(module)
    assert first == [True, False]
    assert second
