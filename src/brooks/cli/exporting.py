"""`brooks export`: a run's log in a format that needs nothing of ours to be read."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import click

from brooks.cli.options import (
    Exit,
    json_option,
    named_run,
    note,
    print_json,
    run_argument,
    runs_dir_option,
)
from brooks.errors import OutsideError
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from brooks.log.store import LogReader


@click.command("export")
@run_argument
@click.option(
    "--format",
    "kind",
    type=click.Choice(["jsonl"]),
    default="jsonl",
    show_default=True,
    help="jsonl: one record a line, as JSON.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file to write; stdout if left out."
)
@click.option(
    "--blobs",
    type=click.Path(path_type=Path),
    help="Write every content that the log names into this folder, each under its SHA-256.",
)
@runs_dir_option
@json_option
def export_command(
    run: str,
    *,
    kind: str,
    output: Path | None,
    blobs: Path | None,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Write a run's log as JSON lines: the same bytes for the same log, on every machine.

    With --json and no file to write, the records are printed as one JSON document.
    """
    folder = named_run(runs_dir, run)
    with closing(SqliteLog.open_reader(folder.log)) as log:
        contents = 0 if blobs is None else _write_blobs(log, blobs)
        if as_json and output is None:
            print_json({"run": folder.id, "records": [json.loads(line) for line in _lines(log)]})
        elif output is None:
            _write_lines(log, sys.stdout.buffer)
        else:
            records = _write_file(log, output)
            facts = {"run": folder.id, "format": kind, "records": records, "file": str(output)}
            if as_json:
                print_json({**facts, "blobs": contents})
            else:
                note(f"{records} records of {folder.id} are in {str(output)!r}")
    return Exit.DONE


def _lines(log: LogReader) -> Iterator[bytes]:
    codec = Codec()
    for row in log.read():
        codec.decode(row)
        yield codec.line(row)


def _write_lines(log: LogReader, file: BinaryIO) -> int:
    count = 0
    for line in _lines(log):
        file.write(line + b"\n")
        count += 1
    return count


def _write_file(log: LogReader, path: Path) -> int:
    """Write a file whole or not at all."""
    draft = path.with_name(f"{path.name}.new")
    try:
        with draft.open("wb") as file:
            count = _write_lines(log, file)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _cannot_write(path, error) from error
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return count


def _write_blobs(log: LogReader, folder: Path) -> int:
    count = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for blob_hash in log.blob_hashes():
            (folder / blob_hash).write_bytes(log.blob(blob_hash))
            count += 1
    except OSError as error:
        raise _cannot_write(folder, error) from error
    return count


def _cannot_write(path: Path, error: OSError) -> OutsideError:
    return OutsideError(
        f"cannot write {str(path)!r}: {error.strerror or error}: make room, or name another place"
    )
