"""Which files a command is known to need, and which commands nothing is said about."""

import pytest

from brooks.spec.check_files import named_files


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("python -m pytest -q tests/test_a.py", ["tests/test_a.py"]),
        ("python3.11 -W error -m pytest tests", []),
        ("python3.11 -Werror -m pytest tests", ["tests"]),
        ("pytest tests/ test_b.py", ["tests", "test_b.py"]),
        ("pytest 'tests/test_a.py::test_it[x y]' -x", ["tests/test_a.py"]),
        ("pytest -k name -m slow tests", ["tests"]),
        ("pytest -n 4 --timeout 5 tests", ["tests"]),
        ("pytest -rA tests --junitxml=out.xml", ["tests"]),
        ("PYTHONPATH=src CI=1 python -m pytest tests", ["tests"]),
        ("ruff check . && pytest tests/test_a.py > out.txt 2>&1", ["tests/test_a.py"]),
        ("./check.sh", ["check.sh"]),
        ("bash scripts/check.sh; python other.py", ["scripts/check.sh"]),
        ("uv run pytest tests/test_a.py", ["tests/test_a.py"]),
        ("node test.js >log.js", ["test.js"]),
        ("gcc main.c -o main.go", ["main.c"]),
        ("python a.py a.py", ["a.py"]),
    ],
)
def test_what_can_only_be_a_needed_file_is_named(command: str, files: list[str]) -> None:
    """The files are those a run of the command would certainly open."""
    assert list(named_files(command)) == files


@pytest.mark.parametrize(
    "command",
    [
        "make test",
        "python -m pytest",
        "pytest -q",
        "pytest --cov src --rootdir=sub tests/test_a.py",
        "cd sub && pytest tests/test_a.py",
        "make -C sub check.py",
        "npm run build && node dist/main.js",
        "python gen.py_",
        "python -c 'import a.py'",
        "python -m tool",
        "pytest ../other/test_a.py",
        "pytest /abs/test_a.py",
        "pytest $TESTS tests/*.py",
        "cmp out.txt expected.txt",
        "grep -f words.py",
        "set -e\npython missing.py",
    ],
)
def test_nothing_is_said_where_there_is_doubt(command: str) -> None:
    """A wrong accusation would stop work that could have succeeded."""
    assert named_files(command) == ()
