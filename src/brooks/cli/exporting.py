"""`brooks export`: runs in formats that need nothing of ours to be read."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import click

from brooks.cli.options import (
    Exit,
    json_option,
    named_run,
    note,
    print_json,
    runs_dir_option,
)
from brooks.cli.tabling import TABLE_KINDS, read_tables, write_tables
from brooks.cli.tracing import NO_TRACING, Tracing, export_spans, otlp_options
from brooks.cli.writing import counted, day_time, draft, print_bytes, write_whole, writing
from brooks.errors import UsageError
from brooks.log.codec import Codec
from brooks.log.neighbours import atif, inspect_log
from brooks.log.neighbours.conversation import Conversations
from brooks.log.sqlite import SqliteLog
from brooks.log.store import LogReader
from brooks.runtime.run_folder import RunFolder

_FORMATS = """\
jsonl: the log, one record a line, as JSON. atif: what the agents said, as ATIF trajectories. \
inspect: a log of Inspect with each run as a graded sample. otlp: the spans of an OpenTelemetry trace, \
a run a line. parquet, csv: the five tables that metrics are made of."""
_OUTPUT = """\
The file to write; stdout if left out. For atif, a name that does not end in .json is a folder, with \
a file for each agent. For inspect it must be given, and end in .eval or .json. For parquet and csv \
it must be given, and is a folder."""
_SEVERAL = ("inspect", "otlp", *TABLE_KINDS)
"""Formats that take several runs at once."""


@click.command("export")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["jsonl", "atif", "inspect", "otlp", *TABLE_KINDS]),
    default="jsonl",
    show_default=True,
    help=_FORMATS,
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help=_OUTPUT)
@click.option(
    "--blobs",
    type=click.Path(path_type=Path),
    help="Write every content that the logs name into this folder, each under its SHA-256.",
)
@otlp_options
@runs_dir_option
@json_option
def export_command(
    runs: tuple[str, ...],
    *,
    kind: str,
    output: Path | None,
    blobs: Path | None,
    tracing: Tracing,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Write a run in a plain format: its log, what its agents said, its spans, its tables.

    Several runs can be the samples of one Inspect log, lines of one file of spans, and rows of the same
    tables. With --json and no file to write, the log's records are printed as one JSON document; a
    trajectory is one in any case.
    """
    if tracing != NO_TRACING and kind != "otlp":
        raise UsageError("--otlp and --otlp-content are for spans: add --format otlp")
    folders = _folders(runs, runs_dir, kind)
    if kind == "otlp":
        facts, said = export_spans(folders, output, tracing)
        contents = _all_blobs(folders, blobs)
        return _tell(facts, said, kind, contents, as_json=as_json) if said else Exit.DONE
    if kind in TABLE_KINDS:
        facts, said = _export_tables(folders, output, kind)
        return _tell(facts, said, kind, _all_blobs(folders, blobs), as_json=as_json)
    if kind == "inspect":
        path = _inspect_path(output)
        inspect_log.require_inspect()
        with ExitStack() as stack:
            logs = [stack.enter_context(closing(open_log(folder))) for folder in folders]
            found = [_conversations(*pair) for pair in zip(folders, logs, strict=True)]
            _write_inspect(found, path)
            contents = sum(_write_blobs(log, blobs) for log in logs)
        facts = {"runs": [folder.id for folder in folders], "samples": len(found)}
        said = f"{counted(len(found), 'sample')} in {str(path)!r}"
        return _tell({**facts, "file": str(path)}, said, kind, contents, as_json=as_json)
    (folder,) = folders
    with closing(open_log(folder)) as log:
        contents = _write_blobs(log, blobs)
        if kind == "atif":
            facts, said = _export_trajectories(_conversations(folder, log), output)
        else:
            facts, said = _export_lines(folder, log, output, as_json=as_json)
    return _tell(facts, said, kind, contents, as_json=as_json) if said else Exit.DONE


def _export_tables(
    folders: list[RunFolder], output: Path | None, kind: str
) -> tuple[dict[str, Any], str]:
    """Write the tables of runs; the facts about the files and a sentence."""
    if output is None or (output.exists() and not output.is_dir()):
        said = "" if output is None else f", and {str(output)!r} is a file"
        raise UsageError(
            f"the format {kind!r} is written to a folder, a file for each table{said}: name one with -o"
        )
    names = write_tables(read_tables(folders), output, kind=kind)
    ids = [folder.id for folder in folders]
    said = f"{counted(len(names), 'table')} of {', '.join(ids)} in {str(output)!r}"
    return {"runs": ids, "folder": str(output), "files": names}, said


def _all_blobs(folders: list[RunFolder], blobs: Path | None) -> int:
    count = 0
    for folder in folders if blobs is not None else ():
        with closing(open_log(folder)) as log:
            count += _write_blobs(log, blobs)
    return count


def open_log(folder: RunFolder) -> LogReader:
    """A run's log, to be read."""
    return SqliteLog.open_reader(folder.log)


def _folders(names: tuple[str, ...], runs_dir: Path, kind: str) -> list[RunFolder]:
    """The runs that are meant, each once.

    Raises:
        UsageError: There is no such run, one is named twice, or the format takes only one.
    """
    if kind not in _SEVERAL and len(names) > 1:
        raise UsageError(
            f"the format {kind!r} takes one run at a time and not {len(names)}: export them one "
            f"after the other, or as {', '.join(_SEVERAL[:-1])} or {_SEVERAL[-1]}"
        )
    folders = [named_run(runs_dir, name) for name in names]
    ids = [folder.id for folder in folders]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"the run {twice!r} is named twice, and one export has each run once")
    return folders


def _inspect_path(output: Path | None) -> Path:
    if output is None or output.suffix not in inspect_log.ENDINGS:
        said = "" if output is None else f", and not {str(output)!r}"
        raise UsageError(
            f"the format 'inspect' is written to a file whose name ends in .eval or .json{said}: "
            "name it with -o"
        )
    return output


def _conversations(folder: RunFolder, log: LogReader) -> Conversations:
    facts = folder.manifest()
    return Conversations.of(
        Codec().decode_all(log.read()),
        log,
        run=folder.id,
        started=day_time(facts.get("started")),
        simulated=bool(facts.get("simulated")),
    )


def _tell(facts: dict[str, Any], said: str, kind: str, contents: int, *, as_json: bool) -> int:
    if as_json:
        print_json({"format": kind, **facts, "blobs": contents})
    else:
        note(said)
    return Exit.DONE


def _export_lines(
    folder: RunFolder, log: LogReader, output: Path | None, *, as_json: bool
) -> tuple[dict[str, Any], str]:
    """Write the log's records; the facts about the file and a sentence, empty if there is none."""
    if output is not None:
        records = write_whole(output, (line + b"\n" for line in _lines(log)))
        facts = {"run": folder.id, "records": records, "file": str(output)}
        return facts, f"{records} records of {folder.id} are in {str(output)!r}"
    if as_json:
        print_json({"run": folder.id, "records": [json.loads(line) for line in _lines(log)]})
    else:
        print_bytes(line + b"\n" for line in _lines(log))
    return {}, ""


def _export_trajectories(found: Conversations, output: Path | None) -> tuple[dict[str, Any], str]:
    """Write a run's trajectories; the facts about the files and a sentence, empty if there are none."""
    if output is None:
        print_bytes(atif.document(found))
        return {}, ""
    facts = {"run": found.run, "agents": [str(each) for each in atif.agents_with_turns(found)]}
    if output.suffix == ".json":
        write_whole(output, atif.document(found))
        return {**facts, "file": str(output)}, f"{found.run} is in {str(output)!r}"
    names = []
    with writing(output):
        output.mkdir(parents=True, exist_ok=True)
    for name, parts in atif.files(found):
        write_whole(output / name, parts)
        names.append(name)
    said = f"{counted(len(names), 'trajectory', 'trajectories')} of {found.run} in {str(output)!r}"
    return {**facts, "folder": str(output), "files": names}, said


def _write_inspect(found: list[Conversations], path: Path) -> None:
    """Write an Inspect log whole or not at all; its name's ending says in which format."""
    log = inspect_log.eval_log(found)
    with draft(path, ending=path.suffix) as new:
        new.touch()  # the library would make folders that are not there
        inspect_log.write_log(log, new)


def _lines(log: LogReader) -> Iterator[bytes]:
    codec = Codec()
    for row in log.read():
        codec.decode(row)
        yield codec.line(row)


def _write_blobs(log: LogReader, folder: Path | None) -> int:
    if folder is None:
        return 0
    count = 0
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for blob_hash in log.blob_hashes():
            (folder / blob_hash).write_bytes(log.blob(blob_hash))
            count += 1
    return count
