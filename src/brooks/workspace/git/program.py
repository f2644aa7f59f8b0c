"""Running git: with nobody's settings, no hooks, no questions, and an end.

Every call begins with an environment made here, so nothing that the user exported for git reaches
it; what the repository's own configuration could make git *run* (hooks, a file system monitor,
signatures, the network) is switched off. A call is a process of its own group, so Ctrl-C at a
terminal stops us and not git in the middle of writing.

`on_step` is called before and after every call, and by the other modules of this package around
what they do to files by themselves. A test raises from it to be a crash at that place.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from brooks.errors import OutsideError, UsageError

SECONDS = 120.0
"""How long one call may take: reading a large repository from a slow disk does take a while."""
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.quotePath": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.autocrlf": "false",
    "core.filesRefLockTimeout": "2000",
    "core.packedRefsTimeout": "5000",
    "commit.gpgSign": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "safe.directory": "*",
}
"""`safe.directory`: the user named this repository, and git, finding no settings of theirs, would
refuse one that belongs to somebody else; what it protects from is switched off above."""
_WORDS = tuple(word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}"))


def no_step(name: str) -> None:
    """What happens at a step when nobody watches."""


class GitFailed(Exception):  # noqa: N818 - a fact about one call, handled in this package
    """Git ended with another code than 0."""

    def __init__(self, words: Sequence[str], *, code: int, said: str) -> None:
        super().__init__(said or f"it ended with code {code}")
        self.command = words[0]
        self.code = code

    def outside(self, doing: str, *, next_step: str) -> OutsideError:
        """The error for a user: what could not be done, in git's words, and what to do next."""
        return OutsideError(f"cannot {doing}: git {self.command} says {str(self)!r}; {next_step}")


class Git:
    """The git program, run in one folder."""

    def __init__(
        self,
        folder: Path,
        *,
        program: str | None = None,
        on_step: Callable[[str], None] = no_step,
        seconds: float = SECONDS,
    ) -> None:
        """Find the program.

        Raises:
            UsageError: There is none.
        """
        self.folder = folder
        self.step = on_step
        self._seconds = seconds
        found = program or shutil.which("git")
        if found is None:
            message = "a git workspace needs the program 'git', and there is none: install it"
            raise UsageError(message)
        self._program = found

    def below(self, folder: Path) -> "Git":
        """The same, run in another folder."""
        return Git(folder, program=self._program, on_step=self.step, seconds=self._seconds)

    def text(self, *words: str, stdin: bytes = b"", seconds: int = 0) -> str:
        """Run git and give the one line that it prints."""
        return os.fsdecode(self.run(*words, stdin=stdin, seconds=seconds)).removesuffix("\n")

    def run(self, *words: str, stdin: bytes = b"", seconds: int = 0) -> bytes:
        """Run git and give what it prints.

        Args:
            words: The command and its arguments.
            stdin: What it reads.
            seconds: The date of what it writes, since 1970.

        Raises:
            GitFailed: It ended with another code than 0.
            OutsideError: It cannot be run, or did not end.
        """
        command = next(word for word in words if not word.startswith("-") and "=" not in word)
        self.step(f"before {command}")
        try:
            process = subprocess.Popen(  # noqa: S603 - our own words
                [self._program, *_WORDS, *words],
                cwd=self.folder,
                env=_environment(seconds),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise OutsideError(
                f"cannot run {self._program!r} in {str(self.folder)!r}: {error.strerror or error}; "
                "put that right, then `brooks resume`"
            ) from error
        output, said = self._wait(process, words, stdin)
        if process.returncode:
            self._clear(process.pid, words)
            raise GitFailed(words, code=process.returncode, said=_complaint(said))
        self.step(f"after {command}")
        return output

    def _wait(
        self, process: "subprocess.Popen[bytes]", words: Sequence[str], stdin: bytes
    ) -> tuple[bytes, bytes]:
        with process:
            try:
                return process.communicate(stdin, timeout=self._seconds)
            except subprocess.TimeoutExpired as error:
                process.kill()
                raise OutsideError(
                    f"git {words[0]} in {str(self.folder)!r} did not end in {self._seconds:.0f} s: "
                    "see what holds it up (a slow disk, a lock), then `brooks resume`"
                ) from error
            except BaseException:
                process.kill()
                raise

    def _clear(self, process: int, words: Sequence[str]) -> None:
        """Remove the report that a failing fast-import leaves in the repository."""
        if words[0] != "fast-import":
            return
        with suppress(GitFailed, OSError):
            name = self.text("rev-parse", "--git-path", f"fast_import_crash_{process}")
            (self.folder / name).unlink(missing_ok=True)


def _environment(seconds: int) -> dict[str, str]:
    date = f"@{max(0, seconds)} +0000"
    return {
        "PATH": os.defpath,
        "HOME": os.devnull,
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_AUTHOR_NAME": "Brooks",
        "GIT_AUTHOR_EMAIL": "brooks@localhost",
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_NAME": "Brooks",
        "GIT_COMMITTER_EMAIL": "brooks@localhost",
        "GIT_COMMITTER_DATE": date,
    }


def _complaint(said: bytes) -> str:
    """The line that says why, of all that git says."""
    lines = said.decode(errors="replace").strip().splitlines()
    told = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    return (told or lines or [""])[0]
