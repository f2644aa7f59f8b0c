"""`brooks prompts`: the bundled prompt templates, to read or to change."""

from pathlib import Path

import click

from brooks.cli.options import Exit, json_option, print_json
from brooks.errors import OutsideError, UsageError
from brooks.runtime.prompting import Templates


@click.command("prompts")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@json_option
def prompts_command(folder: Path | None, *, as_json: bool) -> int:
    """Print the bundled prompt templates, or write them into DIR to be changed.

    `brooks run --prompts DIR` then uses those of DIR; a template that is deleted there is the
    bundled one again. Files that are there are never written over.
    """
    templates = Templates.bundled()
    if folder is not None:
        written = [str(_write(folder, name, text)) for name, text in templates.texts]
        if as_json:
            print_json({"files": written})
        else:
            click.echo("\n".join(written))
    elif as_json:
        print_json({"templates": dict(templates.texts)})
    else:
        for name, text in templates.texts:
            click.echo(f"--- {name}.md\n{text.rstrip()}\n")
    return Exit.DONE


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{str(path)!r} is there already: name another folder") from error
    except OSError as error:
        raise OutsideError(
            f"cannot write {str(path)!r}: {error.strerror}: give permission, or name another folder"
        ) from error
    return path
