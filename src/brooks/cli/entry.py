"""From the words on the command line to a command, and from what it raises to a message and an exit code.

A command is loaded when it is called: the table has its name and its line of help, its own module
the rest. It returns its exit code. Everything that a command raises ends here:

==============================  =============================  =======
wrong use, BrooksError          `error:` and the message       its own
KeyboardInterrupt               `interrupted`                  130
OSError                         `error:`, what the system says 4
a closed pipe                   nothing: enough was read       141
a library of an extra           how to install it              2
anything else                   one line that says it is a bug 1
==============================  =============================  =======

`BROOKS_DEBUG=1` adds the traceback to the last one and to internal errors.

Whatever is said of an error is said without the user's keys, which a wrong file or a server may have
put into it.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from brooks import __version__
from brooks.cli import INTERRUPTED
from brooks.cli.extras import how_to_install
from brooks.cli.table import COMMANDS, FAMILIES
from brooks.errors import BrooksError, InternalError, OutsideError, UsageError

PIPE_CLOSED = 141
"""128 and the number of SIGPIPE: what a shell reports of a program that a closed pipe ended."""


class LazyGroup(click.Group):
    """The command `brooks`, which knows its commands by name and loads the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; None when there is none of that name."""
        listed = COMMANDS.get(cmd_name)
        if listed is None:
            return None
        module = import_module(f"brooks.cli.{listed.module}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called, or say which one was probably meant."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            raise click.UsageError(_no_such_command(name), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, family by family, without loading them."""
        for family, commands in FAMILIES.items():
            with formatter.section(family):
                rows = [(f"{name:<9}", listed.line) for name, listed in commands.items()]
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it has printed is out when this returns."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _silence_output()
            return PIPE_CLOSED
        return code

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command line and leave with its exit code; takes what click's own takes."""
        options["standalone_mode"] = False
        if len(args) < 2:
            options["prog_name"] = options.get("prog_name") or "brooks"
        try:
            code = super().main(*args, **options)
        except click.Abort:
            click.echo("interrupted", err=True)
            sys.exit(INTERRUPTED)
        except click.ClickException as error:
            _say(_wrong_use(error))
            sys.exit(error.exit_code)
        except BrooksError as error:
            _show_traceback(only_if=isinstance(error, InternalError))
            _say(f"error: {error}")
            sys.exit(error.exit_code)
        except OSError as error:
            _show_traceback()
            _say(_outside(error))
            sys.exit(OutsideError.exit_code)
        except Exception as error:  # noqa: BLE001 - whatever it is, the user gets one line
            _show_traceback()
            missing = how_to_install(error) if isinstance(error, ModuleNotFoundError) else None
            if missing is not None:
                _say(f"error: {missing}")
                sys.exit(UsageError.exit_code)
            _say(_bug(error))
            sys.exit(1)
        sys.exit(code or 0)


def _silence_output() -> None:
    """Point stdout nowhere, so that the interpreter does not fail once more when it flushes at its end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass


def _no_such_command(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, n=1)
    advice = f"did you mean {near[0]!r}? " if near else ""
    return f"there is no command {name!r}: {advice}`brooks --help` lists them"


def _wrong_use(error: click.ClickException) -> str:
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        return error.format_message()
    lines = [f"error: {error.format_message()}"]
    context = getattr(error, "ctx", None)
    if isinstance(context, click.Context) and context.parent is not None:
        lines.append(f"{context.get_usage()}\nTry `{context.command_path} --help`.")
    return "\n".join(lines)


def _outside(error: OSError) -> str:
    where = f": {str(error.filename)!r}" if error.filename is not None else ""
    return f"error: {error.strerror or error}{where}: see to the disk and its permissions"


def _bug(error: Exception) -> str:
    advice = "" if _wants_traceback() else "; run it again with BROOKS_DEBUG=1 for the traceback"
    return f"error: {type(error).__name__}: {error} (this is a bug in brooks {__version__}{advice})"


def _wants_traceback() -> bool:
    return os.environ.get("BROOKS_DEBUG", "") not in {"", "0"}


def _show_traceback(*, only_if: bool = True) -> None:
    if only_if and _wants_traceback():
        import traceback

        _say(traceback.format_exc().rstrip("\n"))


def _say(text: str) -> None:
    """Say something of an error."""
    from brooks.log.redaction import Redactor
    from brooks.models.keys import Keys

    try:
        keys = Keys.load(Path(), os.environ)
    except (BrooksError, OSError):
        keys = Keys(os.environ)
    click.echo(Redactor(keys.secrets()).text(text), err=True)


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"brooks {__version__}")
        context.exit()


_version: Callable[..., Any] = click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    allow_from_autoenv=False,
    callback=_show_version,
    help="Show the version and leave.",
)


@click.group(
    cls=LazyGroup,
    context_settings={
        "auto_envvar_prefix": "BROOKS",
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)
@_version
def command_line() -> None:
    """Run a team of language-model agents on a graph of dependent tasks, safely.

    `brooks demo` shows it in twenty seconds, offline. Every option can be given as an environment
    variable too: `brooks run --seed 7` is BROOKS_RUN_SEED=7. Progress goes to stderr, data to
    stdout; `--json` makes the data one JSON document.

    Exit codes: 0 done, 1 the run or the audit failed, 2 wrong use or bad input, 3 budget reached, 4
    something outside failed, 5 an audit that is undecided, 130 interrupted.
    """


def main() -> None:
    """Run the command line of this process."""
    command_line()
