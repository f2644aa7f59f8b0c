"""From words to a command, and from what goes wrong to a message and an exit code."""

import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from brooks import __version__
from brooks.cli.entry import LazyGroup, command_line
from brooks.cli.table import COMMANDS
from brooks.errors import InternalError, OutsideError, UsageError

BROOKS = (sys.executable, "-c", "from brooks.cli import main; main()")
MOST_SECONDS_OF_HELP = 0.25
NOT_NEEDED_FOR_HELP = {"asyncio", "msgspec", "pydantic", "pytest", "rich", "sqlite3", "yaml"}


def raised(error: BaseException, **environment: str) -> Result:
    """What the command line makes of a command that raises."""

    @click.command("fail")
    def fail() -> None:
        raise error

    class Failing(LazyGroup):
        def resolve_command(
            self, ctx: click.Context, args: list[str]
        ) -> tuple[str | None, click.Command | None, list[str]]:
            return "fail", fail, args[1:]

    return CliRunner().invoke(Failing("brooks"), ["fail"], env=environment)


@pytest.mark.slow
def test_help_loads_nothing_but_click() -> None:
    """A user asks what there is, and no library is loaded for the answer."""
    program = (
        "import json, sys; from click.testing import CliRunner; from brooks.cli import entry;"
        "done = CliRunner().invoke(entry.command_line, ['--help']);"
        "assert done.exit_code == 0; print(json.dumps(list(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603 - the program is above
        [sys.executable, "-c", program], check=True, capture_output=True
    )

    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}

    assert not loaded & NOT_NEEDED_FOR_HELP


@pytest.mark.slow
def test_help_is_quick() -> None:
    """The best of three, in processor time, so that a busy machine does not count."""
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*BROOKS, "--help"], check=True, capture_output=True)  # noqa: S603
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    assert min(seconds) < MOST_SECONDS_OF_HELP


def test_help_lists_every_command_with_its_line() -> None:
    """The page is made from the table alone."""
    said = CliRunner().invoke(command_line, ["--help"])

    assert said.exit_code == 0
    for name, listed in COMMANDS.items():
        assert f"{name} " in said.stdout
        assert listed.line in said.stdout


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_listed_command_is_there_and_prints_json(name: str) -> None:
    """The table names a module for each command; each command can be asked for JSON."""
    command = command_line.get_command(click.Context(command_line), name)

    assert command is not None
    assert command.name == name
    assert any("--json" in parameter.opts for parameter in command.params)


def test_the_version_is_shown() -> None:
    """The user asks which version this is."""
    said = CliRunner().invoke(command_line, ["--version"])

    assert (said.exit_code, said.stdout) == (0, f"brooks {__version__}\n")


def test_an_unknown_command_is_wrong_use_and_the_likely_one_is_named() -> None:
    """A slip of the fingers."""
    said = CliRunner().invoke(command_line, ["rnu"])

    assert said.exit_code == 2
    assert said.stderr == (
        "error: there is no command 'rnu': did you mean 'run'? `brooks --help` lists them\n"
    )


@pytest.mark.parametrize("words", [["--colour"], ["runs", "--colour"], ["show"], ["run", "a", "b"]])
def test_wrong_words_are_wrong_use(words: list[str]) -> None:
    """Unknown options, a missing argument, one too many."""
    said = CliRunner().invoke(command_line, words)

    assert said.exit_code == 2
    assert said.stderr.startswith("error: ")
    assert said.stdout == ""


@pytest.mark.parametrize(
    ("error", "code"), [(UsageError("so"), 2), (OutsideError("so"), 4), (InternalError("so"), 1)]
)
def test_our_errors_end_in_their_message_and_exit_code(error: Exception, code: int) -> None:
    """Whatever a command raises on purpose."""
    said = raised(error)

    assert (said.exit_code, said.stderr, said.stdout) == (code, "error: so\n", "")


def test_what_the_system_refuses_is_something_outside() -> None:
    """A disk is full in a place where nobody expected it."""
    said = raised(OSError(28, "No space left on device", "a/file"))

    assert said.exit_code == 4
    assert said.stderr.startswith("error: No space left on device: 'a/file'")


def test_a_bug_is_one_line() -> None:
    """Something nobody thought of."""
    said = raised(ZeroDivisionError("division by zero"))

    assert said.exit_code == 1
    assert said.stderr.count("\n") == 1
    assert "this is a bug" in said.stderr
    assert "BROOKS_DEBUG=1" in said.stderr


def test_a_bug_shows_its_traceback_when_asked() -> None:
    """The same, for whoever reports it."""
    said = raised(ZeroDivisionError("division by zero"), BROOKS_DEBUG="1")

    assert said.exit_code == 1
    assert "Traceback" in said.stderr


def test_an_interrupt_ends_with_130() -> None:
    """Ctrl-C where no run catches it."""
    said = raised(KeyboardInterrupt())

    assert said.exit_code == 130
    assert said.stderr.strip() == "interrupted"


@pytest.mark.slow
def test_a_closed_pipe_is_no_error(runs: Path) -> None:
    """`brooks show … | head -1`: the reader has read enough."""
    command = [*BROOKS, "show", "finished", "--events", "--runs-dir", str(runs)]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as shown:
        assert shown.stdout is not None
        assert shown.stderr is not None
        shown.stdout.close()
        errors = shown.stderr.read()
        code = shown.wait()

    assert errors == b""
    assert code == 128 + signal.SIGPIPE


def test_options_come_from_the_environment_too(runs: Path) -> None:
    """`BROOKS_RUNS_DIR` and `BROOKS_JSON` hold for every command, the long names for one."""
    short = {"BROOKS_RUNS_DIR": str(runs), "BROOKS_JSON": "1"}
    long = {"BROOKS_SHOW_RUNS_DIR": str(runs), "BROOKS_SHOW_AGENT": "agent-1", "BROOKS_JSON": "1"}

    listed = CliRunner().invoke(command_line, ["runs"], env=short)
    shown = CliRunner().invoke(command_line, ["show", "finished"], env=long)

    assert [run["run"] for run in json.loads(listed.stdout)] == ["finished"]
    assert json.loads(shown.stdout)[0]["event"]["agent"] == "agent-1"


STOPPED = """
import sys
class CtrlC:
    def find_spec(self, name, *where):
        if name == "brooks.cli.entry":
            raise KeyboardInterrupt
sys.meta_path.insert(0, CtrlC())
from brooks.cli import main
main()
"""


def test_ctrl_c_while_it_is_loaded_is_one_word() -> None:
    """There is nobody yet who would say it, and a traceback says nothing."""
    said = subprocess.run([sys.executable, "-c", STOPPED], capture_output=True, check=False)  # noqa: S603

    assert (said.returncode, said.stderr) == (130, b"interrupted\n")
