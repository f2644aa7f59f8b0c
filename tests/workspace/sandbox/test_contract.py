"""The verdict on every kind of check, the same at every level."""

import sys
from typing import TYPE_CHECKING

import pytest

from brooks.workspace.sandbox import Reason

if TYPE_CHECKING:
    from tests.workspace.sandbox.conftest import Place

PYTEST = "python -m pytest -q"
GOOD = "def test_a(): pass\ndef test_b(): pass\n"

DAEMON = (
    "import os, time\ndef test_a():\n if os.fork() == 0:\n  os.setsid()\n"
    "  if os.fork() == 0: time.sleep(60)\n  os._exit(0)\n"
)

# what happens: command, code of the tests, reason, exit code, tests passed, tests failed
TABLE: dict[str, tuple[str, str, Reason, int | None, int | None, int | None]] = {
    "all pass": (PYTEST, GOOD, Reason.PASSED, 0, 2, 0),
    "by the program": ("pytest -q", GOOD, Reason.PASSED, 0, 2, 0),
    "by a path": (f"{sys.executable} -m pytest -q", GOOD, Reason.PASSED, 0, 2, 0),
    "by a pattern": (f"{PYTEST} test_*.py", GOOD, Reason.PASSED, 0, 2, 0),
    "one chosen": (f"{PYTEST} test_a.py::test_b", GOOD, Reason.PASSED, 0, 1, 0),
    "quoted words": (f"{PYTEST} -k 'test_b or nothing'", GOOD, Reason.PASSED, 0, 1, 0),
    "one fails": (
        PYTEST, "def test_a(): assert False\ndef test_b(): pass\n", Reason.FAILED, 1, 1, 1,
    ),
    "collection error": (PYTEST, "import nothing_of_this_name\n", Reason.FAILED, 2, 0, 1),
    "syntax error": (PYTEST, "def test_a(:\n", Reason.FAILED, 2, 0, 1),
    "no tests": (PYTEST, "x = 1\n", Reason.FAILED, 5, 0, 0),
    "no such file": (f"{PYTEST} test_b.py", GOOD, Reason.FAILED, 4, 0, 0),
    "no such option": (f"{PYTEST} --nothing", GOOD, Reason.FAILED, 4, None, None),
    "all skipped": (
        PYTEST, "import pytest\n@pytest.mark.skip\ndef test_a(): pass\n", Reason.FAILED, 0, 0, 0,
    ),
    "exits with 0": (PYTEST, "import os\ndef test_a(): os._exit(0)\n", Reason.KILLED, 0, None, None),
    "exits at import": (PYTEST, "import sys\nsys.exit(0)\n", Reason.FAILED, 3, 0, 0),
    "leaves early": (
        PYTEST,
        "import pytest\ndef test_a(): pass\ndef test_b(): pytest.exit('x', returncode=0)\n",
        Reason.KILLED, 0, 1, 0,
    ),
    "kills itself": (
        PYTEST, "import os\ndef test_a(): os.kill(os.getpid(), 9)\n", Reason.KILLED, None, None, None,
    ),
    "says rubbish about counts": (
        PYTEST,
        "import os\ndef test_a():\n os.write(3, b'{\"passed\": [}')\n os._exit(0)\n",
        Reason.KILLED, 0, None, None,
    ),
    "unicode": (PYTEST, "def test_ä(): assert 'ß' == '→'\n", Reason.FAILED, 1, 0, 1),
    "too much memory": (PYTEST, "def test_a(): bytearray(10**11)\n", Reason.MEMORY, 1, 0, 1),
    "a file of a gigabyte": (
        PYTEST,
        "def test_a():\n with open('x', 'wb') as f:\n  for i in range(1000): f.write(bytes(10**6))\n",
        Reason.FAILED, 1, 0, 1,
    ),
    "reads its input": (
        PYTEST, "import os\ndef test_a(): assert os.read(0, 1) == b''\n", Reason.PASSED, 0, 1, 0,
    ),
    "daemon": (
        PYTEST,
        DAEMON,
        Reason.PASSED, 0, 1, 0,
    ),
    "true": ("true", GOOD, Reason.PASSED, 0, None, None),
    "false": ("false", GOOD, Reason.FAILED, 1, None, None),
    "unittest": ("python -m unittest -q nothing", GOOD, Reason.FAILED, 1, None, None),
    "a shell": ("echo hi && test -f test_a.py", GOOD, Reason.PASSED, 0, None, None),
    "a variable": ("X=1 sh -c 'exit $X'", GOOD, Reason.FAILED, 1, None, None),
    "no such program": ("no-such-program x", GOOD, Reason.NOT_RUNNABLE, 127, None, None),
    "not executable": ("./test_a.py", GOOD, Reason.NOT_RUNNABLE, 127, None, None),
    "unclosed quote": ("echo 'a", GOOD, Reason.FAILED, 2, None, None),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", TABLE)
def test_every_check_has_its_verdict(place: "Place", case: str) -> None:
    """Whatever model-written code does, the outcome says what happened."""
    command, code, reason, exit_code, passed, failed = TABLE[case]

    outcome = place.check(command, {"test_a.py": code}, memory_bytes=10**9)

    seen = (outcome.reason, outcome.exit_code, outcome.tests_passed, outcome.tests_failed)
    assert seen == (reason, exit_code, passed, failed), outcome.output
    assert outcome.passed == (reason is Reason.PASSED)


@pytest.mark.slow
def test_output_names_no_folder_of_this_machine(place: "Place") -> None:
    """An agent reads the output; a folder that will be gone would differ from run to run."""
    code = "import os\ndef test_a(tmp_path): assert (os.getcwd(), str(tmp_path)) == object()\n"

    outcome = place.check(f"{PYTEST} -vv", {"test_a.py": code})

    assert str(place.scratch) not in outcome.output
    assert "0x…" in outcome.output
    assert "~/pytest-of-check/" in outcome.output
