"""What is said when Ray ends this process from within, as it does where its node or the head is gone.

Nothing in this process runs after that: no error is raised, and a terminal in which something was
being drawn stays as it was. So a shell waits beside it for a word that all is well; when it hears that
the other end is closed instead, it gives the terminal back and says what happened.
"""

import subprocess
from contextlib import suppress

_PATIENCE_SECONDS = 5.0
_SCRIPT = r"""
trap '' INT HUP TTOU
kept=$( (stty -g </dev/tty) 2>/dev/null)
read -r word && exit 0
if [ -t 2 ] && [ -n "$kept" ]; then
  stty "$kept" </dev/tty
  printf '\033[?1049l\033[?25h' >/dev/tty
fi
printf '%s\n' "$0" >&2
"""
"""It keeps how the terminal was; the sequences leave the other screen and show the cursor."""


class LastWords:
    """Words that are said when this process ends before they are taken back."""

    def __init__(self, text: str) -> None:
        """Say what is to be said on standard error."""
        self._shell: subprocess.Popen[bytes] | None = None
        with suppress(OSError):  # where there is no shell, it stays unsaid
            self._shell = subprocess.Popen(  # noqa: S603 - our own script
                ["/bin/sh", "-c", _SCRIPT, text],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                process_group=0,  # so that Ctrl-C in the terminal does not reach it
            )

    def take_back(self) -> None:
        """All is well, or somebody else says what is not."""
        shell, self._shell = self._shell, None
        if shell is None:
            return
        with suppress(OSError, subprocess.TimeoutExpired):
            shell.communicate(b"\n", timeout=_PATIENCE_SECONDS)
