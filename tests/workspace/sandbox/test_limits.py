"""Time, memory, output, files and processes end where they should."""

from typing import TYPE_CHECKING

import pytest

from brooks.workspace.sandbox import Reason

if TYPE_CHECKING:
    from tests.workspace.sandbox.conftest import Place

pytestmark = pytest.mark.slow


def test_an_endless_loop_ends_at_its_time(place: "Place") -> None:
    """And says so."""
    outcome = place.test("def test_a():\n while True: pass\n", seconds=0.4)

    assert (outcome.reason, outcome.exit_code) == (Reason.TIMEOUT, None)
    assert outcome.output.endswith("ended after 0.4 s\n")


def test_a_fork_bomb_ends_at_its_time(place: "Place") -> None:
    """The number of processes is bounded, so that the machine stays usable meanwhile."""
    outcome = place.test("import os\ndef test_a():\n while True: os.fork()\n", seconds=0.5)
    after = place.test("def test_a(): pass\n")

    assert outcome.reason in {Reason.TIMEOUT, Reason.FAILED, Reason.KILLED}
    assert after.passed


def test_all_processes_together_take_no_more_than_the_memory(place: "Place") -> None:
    """Each of them alone keeps to the limit."""
    code = (
        "import os, time\ndef test_a():\n"
        " for _ in range(4): os.fork()\n"
        " kept = bytearray(b'x') * 50_000_000\n time.sleep(20)\n"
    )

    outcome = place.test(code, memory_bytes=4 * 10**8, seconds=10)

    assert outcome.reason is Reason.MEMORY
    assert "more than 400000000 bytes of memory" in outcome.output


def test_threads_share_one_memory(place: "Place") -> None:
    """What all threads of a process ask for counts together."""
    code = (
        "import threading\ndef take(kept): kept.append(bytearray(2 * 10**8))\n"
        "def test_a():\n kept = []\n"
        " threads = [threading.Thread(target=take, args=(kept,)) for _ in range(8)]\n"
        " for thread in threads: thread.start()\n"
        " for thread in threads: thread.join()\n assert len(kept) == 8\n"
    )

    outcome = place.test(code, memory_bytes=10**9)

    assert outcome.reason is Reason.MEMORY


def test_all_files_together_take_no_more_than_the_disk(place: "Place") -> None:
    """Each of them alone keeps to the limit."""
    code = (
        "def test_a():\n i = 0\n while True:\n  i += 1\n  open(str(i), 'wb').write(bytes(10**6))\n"
    )

    outcome = place.test(code, file_bytes=10**6, seconds=15)

    assert outcome.reason is Reason.KILLED
    assert outcome.output.endswith("ended because it wrote too much\n")


def test_a_flood_of_output_ends_the_check(place: "Place") -> None:
    """What it printed first is kept."""
    outcome = place.check("echo begin; yes", {}, output_bytes=1000)

    assert outcome.reason is Reason.KILLED
    assert outcome.output.startswith("begin\ny\n")
    assert outcome.output.endswith("ended because it printed more than 16000 bytes\n")
    assert len(outcome.output) < 1200


def test_long_output_keeps_its_head_and_tail(place: "Place") -> None:
    """Also when it is one line, and when the cut falls into a letter of several bytes."""
    code = "print('begin', '→' * 3000, 'end')"

    outcome = place.check(f'python -c "{code}"', {}, output_bytes=1000)

    assert outcome.passed
    assert outcome.output.startswith("begin →→→")
    assert outcome.output.endswith("→→ end\n")
    assert "… 8011 bytes left out …" in outcome.output


def test_a_check_that_shuts_its_output_is_waited_for(place: "Place") -> None:
    """Its end counts, not that of its output."""
    outcome = place.check("exec >&- 2>&-; sleep 0.2; exit 3", {})

    assert (outcome.reason, outcome.exit_code) == (Reason.FAILED, 3)
