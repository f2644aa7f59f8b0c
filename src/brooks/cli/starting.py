"""`brooks init`: a first task file, small and commented, that validates and runs as it is."""

from pathlib import Path

import click

from brooks.cli.options import Exit, json_option, print_json
from brooks.errors import OutsideError, UsageError

FILE_NAME = "tasks.yaml"

TASK_FILE = """\
# A task file: what is to be done, what waits for what, and how each task is checked.
#
#   brooks validate tasks.yaml                 is it sound, and what could a team gain?
#   brooks run tasks.yaml -m sim:typical       run it with a simulated model
#
# The simulated model has no mind: it writes the `solution` of each task, sometimes with a mistake.
project: greetings
workspace: .                # the folder the agents work on, relative to this file

tasks:
  - id: greet               # each task has an id of its own
    description: Create greet.py with greet(name), which gives the text "Hello, NAME!".
    files: [greet.py]       # what it will write: a hint for agents and for `validate`
    check: python -c "from greet import greet; assert greet('Ada') == 'Hello, Ada!'"
    solution:               # only for simulated models: leave it out for real ones
      greet.py: |
        def greet(name):
            return f"Hello, {name}!"

  - id: shout
    description: Create shout.py with shout(text), which gives the text in capitals.
    files: [shout.py]
    check: python -c "from shout import shout; assert shout('so') == 'SO'"
    effort: 0.5             # relative to the other tasks; 1.0 if left out
    solution:
      shout.py: |
        def shout(text):
            return text.upper()

  - id: welcome
    description: |
      Create welcome.py with welcome(names), which gives a list with the greeting of each
      name in capitals. Use greet and shout.
    depends_on: [greet, shout]
    files: [welcome.py]
    check: python -c "from welcome import welcome; assert welcome(['Ada']) == ['HELLO, ADA!']"
    solution:
      welcome.py: |
        from greet import greet
        from shout import shout

        def welcome(names):
            return [shout(greet(name)) for name in names]

# Who does it, unless `-t` says otherwise, and how far it may go.
team: {preset: leased, size: 2}
budget: {minutes: 10}
"""


@click.command("init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@json_option
def init_command(folder: Path, *, as_json: bool) -> int:
    """Write a small commented tasks.yaml into DIR (this folder if left out); never over another file."""
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(TASK_FILE)
    except FileExistsError as error:
        what = (
            "is there already"
            if path.exists()
            else "cannot be made: a file is in its folder's place"
        )
        raise UsageError(f"{str(path)!r} {what}: name another folder") from error
    except NotADirectoryError as error:
        raise UsageError(f"{str(folder)!r} is not a folder: name another") from error
    except OSError as error:
        raise OutsideError(
            f"cannot write {str(path)!r}: {error.strerror}: give permission, or name another folder"
        ) from error
    if as_json:
        print_json({"file": str(path)})
    else:
        click.echo(
            f"{path} is written; now\n  brooks validate {path}\n  brooks run {path} -m sim:typical"
        )
    return Exit.DONE
