"""`brooks export`: runs in formats that need nothing of ours to be read."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
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
from brooks.errors import OutsideError, UsageError
from brooks.log.codec import Codec
from brooks.log.neighbours import atif, inspect_log
from brooks.log.neighbours.conversation import Conversations
from brooks.log.sqlite import SqliteLog
from brooks.log.store import LogReader
from brooks.runtime.run_folder import RunFolder

_FORMATS = """\
jsonl: the log, one record a line, as JSON. atif: what the agents said, as ATIF trajectories. \
inspect: a log of Inspect with each run as a graded sample."""
_OUTPUT = """\
The file to write; stdout if left out. For atif, a name that does not end in .json is a folder, with \
a file for each agent. For inspect it must be given, and end in .eval or .json."""


@click.command("export")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["jsonl", "atif", "inspect"]),
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
@runs_dir_option
@json_option
def export_command(
    runs: tuple[str, ...],
    *,
    kind: str,
    output: Path | None,
    blobs: Path | None,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Write a run in a plain format: its log, or what its agents said.

    Several runs can be the samples of one Inspect log. With --json and no file to write, the log's
    records are printed as one JSON document; a trajectory is one in any case.
    """
    folders = _folders(runs, runs_dir, kind)
    if kind == "inspect":
        path = _inspect_path(output)
        inspect_log.require_inspect()
        with ExitStack() as stack:
            logs = [stack.enter_context(closing(open_log(folder))) for folder in folders]
            found = [_conversations(*pair) for pair in zip(folders, logs, strict=True)]
            _write_inspect(found, path)
            contents = sum(_write_blobs(log, blobs) for log in logs)
        facts = {"runs": [folder.id for folder in folders], "samples": len(found)}
        said = f"{_counted(len(found), 'sample')} in {str(path)!r}"
        return _tell({**facts, "file": str(path)}, said, kind, contents, as_json=as_json)
    (folder,) = folders
    with closing(open_log(folder)) as log:
        contents = _write_blobs(log, blobs)
        if kind == "atif":
            facts, said = _export_trajectories(_conversations(folder, log), output)
        else:
            facts, said = _export_lines(folder, log, output, as_json=as_json)
    return _tell(facts, said, kind, contents, as_json=as_json) if said else Exit.DONE


def open_log(folder: RunFolder) -> LogReader:
    """A run's log, to be read."""
    return SqliteLog.open_reader(folder.log)


def _folders(names: tuple[str, ...], runs_dir: Path, kind: str) -> list[RunFolder]:
    """The runs that are meant, each once.

    Raises:
        UsageError: There is no such run, one is named twice, or the format takes only one.
    """
    if kind != "inspect" and len(names) > 1:
        raise UsageError(
            f"the format {kind!r} takes one run at a time and not {len(names)}: export them one "
            "after the other, or with --format inspect"
        )
    folders = [named_run(runs_dir, name) for name in names]
    ids = [folder.id for folder in folders]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"the run {twice!r} is named twice, and a log has each sample once")
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
        started=_day_time(facts.get("started")),
        simulated=bool(facts.get("simulated")),
    )


def _day_time(text: object) -> datetime | None:
    """A manifest's time of day; None where it has none that can be read."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


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
        records = _write_whole(output, (line + b"\n" for line in _lines(log)))
        facts = {"run": folder.id, "records": records, "file": str(output)}
        return facts, f"{records} records of {folder.id} are in {str(output)!r}"
    if as_json:
        print_json({"run": folder.id, "records": [json.loads(line) for line in _lines(log)]})
    else:
        _print_bytes(line + b"\n" for line in _lines(log))
    return {}, ""


def _export_trajectories(found: Conversations, output: Path | None) -> tuple[dict[str, Any], str]:
    """Write a run's trajectories; the facts about the files and a sentence, empty if there are none."""
    if output is None:
        _print_bytes(atif.document(found))
        return {}, ""
    facts = {"run": found.run, "agents": [str(each) for each in atif.agents_with_turns(found)]}
    if output.suffix == ".json":
        _write_whole(output, atif.document(found))
        return {**facts, "file": str(output)}, f"{found.run} is in {str(output)!r}"
    names = []
    with _writing(output):
        output.mkdir(parents=True, exist_ok=True)
    for name, parts in atif.files(found):
        _write_whole(output / name, parts)
        names.append(name)
    said = f"{_counted(len(names), 'trajectory', 'trajectories')} of {found.run} in {str(output)!r}"
    return {**facts, "folder": str(output), "files": names}, said


def _write_inspect(found: list[Conversations], path: Path) -> None:
    """Write an Inspect log whole or not at all; its name's ending says in which format."""
    log = inspect_log.eval_log(found)
    with _draft(path, ending=path.suffix) as draft:
        draft.touch()  # the library would make folders that are not there
        inspect_log.write_log(log, draft)


def _lines(log: LogReader) -> Iterator[bytes]:
    codec = Codec()
    for row in log.read():
        codec.decode(row)
        yield codec.line(row)


def _print_bytes(parts: Iterable[bytes]) -> None:
    for part in parts:
        sys.stdout.buffer.write(part)


def _write_whole(path: Path, parts: Iterable[bytes]) -> int:
    """Write a file whole or not at all; how many parts it has."""
    count = 0
    with _draft(path) as draft, draft.open("wb") as file:
        for part in parts:
            file.write(part)
            count += 1
    return count


@contextmanager
def _draft(path: Path, *, ending: str = "") -> Iterator[Path]:
    """A file to write first, which then takes the place of another one or is gone."""
    draft = path.with_name(f"{path.name}.new{ending}")
    try:
        with _writing(path):
            yield draft
            draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _write_blobs(log: LogReader, folder: Path | None) -> int:
    if folder is None:
        return 0
    count = 0
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for blob_hash in log.blob_hashes():
            (folder / blob_hash).write_bytes(log.blob(blob_hash))
            count += 1
    return count


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Say what could not be written, and why."""
    try:
        yield
    except OSError as error:
        raise OutsideError(
            f"cannot write {str(path)!r}: {error.strerror or error}: make room, or name another place"
        ) from error


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count} {one} is" if count == 1 else f"{count} {several or f'{one}s'} are"
