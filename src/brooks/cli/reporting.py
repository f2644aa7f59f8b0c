"""`brooks report`: one HTML page of a run, of several, of a bench, of imported runs or of a plan."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from brooks.cli.options import Exit, json_option, named_run, note, print_json, runs_dir_option
from brooks.cli.writing import write_whole, writing
from brooks.errors import UsageError
from brooks.runtime.run_folder import RunFolder

if TYPE_CHECKING:
    from brooks.report.page.contents import Page

PAGE = "report.html"
FOLDER = click.Path(path_type=Path, file_okay=False)


class Subject(NamedTuple):
    """What a page is about."""

    kind: str
    """run, runs, bench, imported or plan"""
    page: "Page"
    beside: Path
    """The file that its page is, if the user names none."""


@click.command("report")
@click.argument("subjects", metavar="RUN...|FOLDER|PLAN", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The page's file; beside what it is about if left out.",
)
@click.option(
    "--baseline",
    "baselines",
    metavar="RUN",
    multiple=True,
    help="A run of one agent on the same tasks, to hold a run against; may be given again.",
)
@click.option(
    "--published",
    type=click.Path(path_type=Path),
    help="For a bench: the folder of published runs, whose figures stand beside its own.",
)
@click.option("--svg", type=FOLDER, help="Write each plot into this folder as SVG.")
@click.option("--png", type=FOLDER, help="Write each plot into this folder as PNG.")
@click.option("--open", "opens", is_flag=True, help="Open the page in a browser.")
@runs_dir_option
@json_option
def report_command(
    subjects: tuple[str, ...],
    *,
    output: Path | None,
    baselines: tuple[str, ...],
    published: Path | None,
    svg: Path | None,
    png: Path | None,
    opens: bool,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Write one HTML page that shows what happened, and opens offline.

    What it is about: one RUN or several side by side, the FOLDER of a bench's results or of published
    runs, or a PLAN that `brooks plan --json` printed or `--apply` kept. docs/report.md says how to
    read it.
    """
    from brooks.report.page.assembling import page_html

    subject = _subject(subjects, runs_dir=runs_dir, baselines=baselines, published=published)
    path = output or subject.beside
    _refuse_foreign(path)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, [page_html(subject.page).encode()])
    pictures = list(_write_pictures(subject.page, svg=svg, png=png))
    if as_json:
        print_json(_facts(subject, path, pictures))
    else:
        click.echo(subject.page.verdict)
        click.echo(f"The page is {str(path)!r}: open it in a browser")
        for folder, count in _counted(pictures).items():
            click.echo(f"{count} pictures are in {folder!r}")
    if opens:
        _open(path)
    return Exit.DONE


def _subject(
    subjects: tuple[str, ...],
    *,
    runs_dir: Path,
    baselines: tuple[str, ...],
    published: Path | None,
) -> Subject:
    """What the words on the command line name.

    Raises:
        UsageError: Nothing that a page can be made of.
    """
    if len(subjects) == 1:
        path = Path(subjects[0])
        if path.is_dir() and not (path / "run.db").is_file():
            return _of_folder(path, published=published)
        if path.suffix.lower() == ".json" and path.is_file():
            return _of_file(path, published=published)
    if published is not None:
        raise UsageError("--published is for a bench: name the folder of its results")
    return _of_runs(subjects, runs_dir=runs_dir, baselines=baselines)


def _of_folder(folder: Path, *, published: Path | None) -> Subject:
    from brooks.analysis.columns import TABLES
    from brooks.log.foreign.published import is_published

    has_tables = all((folder / f"{table.name}.parquet").is_file() for table in TABLES)
    if not has_tables and not is_published(folder):
        raise UsageError(
            f"the folder {str(folder)!r} holds no run, no results of a bench that has run and no "
            "published runs"
        )
    if (folder / "manifest.json").is_file() or not is_published(folder):
        return _of_bench(folder, published=published)
    from brooks.log.foreign.published import read_published
    from brooks.report.imported_page import imported_page

    page = imported_page(read_published(folder), source=folder.resolve().name)
    return Subject("imported", page, Path(PAGE))


def _of_bench(folder: Path, *, published: Path | None) -> Subject:
    from brooks.bench.experiment import read_manifest, read_tables
    from brooks.cli.studying import checked
    from brooks.log.foreign.published import read_published
    from brooks.report.bench_page import bench_page

    theirs = None if published is None else read_published(checked(published))
    page = bench_page(
        read_tables(folder),
        read_manifest(folder / "manifest.json"),
        published=theirs,
        name=folder.resolve().name,
    )
    return Subject("bench", page, folder / PAGE)


def _of_file(path: Path, *, published: Path | None) -> Subject:
    """A plan, or the manifest of a bench, which stands for its folder."""
    from brooks.bench.experiment import read_manifest

    if read_manifest(path) is not None:
        return _of_bench(path.parent, published=published)
    from brooks.plan.recording import load_plan
    from brooks.report.plan_page import plan_page

    return Subject("plan", plan_page(load_plan(path)), path.with_suffix(".html"))


def _of_runs(names: tuple[str, ...], *, runs_dir: Path, baselines: tuple[str, ...]) -> Subject:
    from brooks.cli.run_pages import page_of_run, page_of_runs

    folders, others = _named(runs_dir, names), _named(runs_dir, baselines)
    if len(folders) == 1:
        (folder,) = folders
        return Subject("run", page_of_run(folder, others), folder.path / PAGE)
    known = {folder.id for folder in folders}
    both = [*folders, *(other for other in others if other.id not in known)]
    return Subject("runs", page_of_runs(both), Path(PAGE))


def _named(runs_dir: Path, names: Iterable[str]) -> list[RunFolder]:
    """The runs of these names, each once."""
    found: dict[Path, RunFolder] = {}
    for name in names:
        folder = named_run(runs_dir, name)
        found.setdefault(folder.path.resolve(), folder)
    return list(found.values())


def _refuse_foreign(path: Path) -> None:
    """Write over pages of ours only.

    Raises:
        UsageError: There is a file, and it is another's.
    """
    from brooks.report.page.assembling import MARK

    if not path.exists():
        return
    with path.open("rb") as file:
        if file.read(len(MARK)) != MARK.encode():
            raise UsageError(
                f"{str(path)!r} is there already and is no page of brooks: name another file with -o"
            )


def _write_pictures(page: "Page", *, svg: Path | None, png: Path | None) -> Iterator[Path]:
    from brooks.report.page.pictures import write_pictures

    if svg is not None:
        with writing(svg):
            yield from write_pictures(page, svg, "svg")
    if png is not None:
        with writing(png):
            yield from write_pictures(page, png, "png")


def _counted(pictures: Iterable[Path]) -> dict[str, int]:
    """How many are in each folder."""
    found: dict[str, int] = {}
    for picture in pictures:
        found[str(picture.parent)] = found.get(str(picture.parent), 0) + 1
    return found


def _facts(subject: Subject, path: Path, pictures: list[Path]) -> dict[str, Any]:
    page = subject.page
    return {
        "page": str(path),
        "about": subject.kind,
        "title": page.title,
        "verdict": page.verdict,
        "simulated": page.simulated,
        "facts": {fact.name: fact.value for fact in page.facts},
        "pictures": [str(picture) for picture in pictures],
    }


def _open(path: Path) -> None:
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        note(f"note: no browser could be opened: open {str(path)!r} in one")
