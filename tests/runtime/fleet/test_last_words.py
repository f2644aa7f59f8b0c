"""What is said of a process that is ended from within."""

import subprocess
import sys

import pytest

PROGRAM = """\
import os
from brooks.runtime.fleet.last_words import LastWords
words = LastWords("it is over")
{ends}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ("os._exit(1)", b"it is over\n"),
        ("os.kill(os.getpid(), 9)", b"it is over\n"),
        ("words.take_back()", b""),
        ("words.take_back(); words.take_back(); os._exit(1)", b""),
    ],
)
def test_words_are_said_unless_they_were_taken_back(ends: str, says: bytes) -> None:
    """By who is still there when nothing of the process is."""
    program = PROGRAM.format(ends=ends)

    said = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )

    assert said.stderr == says
