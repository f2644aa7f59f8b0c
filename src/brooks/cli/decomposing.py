"""`brooks decompose`: a model drafts the task file, and a person edits it."""

import os
import sys
from functools import partial
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

import click

from brooks.analysis.clashes import find_clashes
from brooks.cli.options import COUNT, POSITIVE, Exit, json_option, note, print_json
from brooks.core.spec import ModelSettings
from brooks.errors import BrooksError, OutsideError, UsageError
from brooks.ids import BlobHash
from brooks.log.redaction import Redactor
from brooks.models.base import Model
from brooks.models.keys import Keys
from brooks.models.naming import ModelName, parse_model
from brooks.models.prices import Pricing, find_price
from brooks.models.solutions import Solutions
from brooks.report.wording import amount, count, plain
from brooks.runtime.asking import Asker, Route
from brooks.runtime.chance import stream
from brooks.runtime.decomposing import (
    Conversation,
    Draft,
    Ending,
    Head,
    Limits,
    Meter,
    Place,
    Repository,
    Result,
    keep_rejected,
    render_for_reading,
)
from brooks.runtime.governor import Governor
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.real_clock import RealClock
from brooks.runtime.run_folder import RUNS_DIR

USUAL = "tasks.yaml"
STDOUT = "-"
MODELS = "PROVIDER:MODEL, such as 'openai:gpt-5.2' or 'ollama:qwen3', or 'scripted:FILE'"
MOST_OUTPUT = 16_384
"""Tokens of one reply: a task file is longer than most files that agents write."""
MOST_GOAL = 50_000
"""Characters of a goal."""
MOST_SHOWN = 10
"""Clashes and notes that are shown to a person."""
WIDEST = 200
"""Characters of a line of progress."""

_NO_MINDS = {
    "sim": "a simulated model has no mind",
    "recorded": "a recorded run answers nothing but its own requests",
    "command": "an agent on the command line writes files, and a draft is not one of them",
}
"""Kinds of models that cannot draft, and why."""

_EXITS = {Ending.BUDGET: Exit.BUDGET, Ending.OUTSIDE: Exit.OUTSIDE}
_ADVICE = {
    Ending.REJECTED: "mend it by hand, or ask for less or another model",
    Ending.UNUSABLE: "ask another model: this one may not know how to call tools",
    Ending.OUT_OF_REQUESTS: "raise --max-requests, or ask for less",
    Ending.BUDGET: "raise --budget, or ask a cheaper model",
    Ending.MODEL_FAILED: "put that right, or ask another model",
    Ending.OUTSIDE: "see to the network and the key, then try again",
}


class _Asked(NamedTuple):
    """The model that is asked, with what belongs to it."""

    name: ModelName
    model: Model
    settings: ModelSettings
    pricing: Pricing | None
    factory: ModelFactory


@click.command("decompose")
@click.argument("goal", metavar="GOAL")
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    default=".",
    show_default=True,
    help="The project's folder, which is read and not written.",
)
@click.option("-m", "--model", help=f"The model: {MODELS}.")
@click.option(
    "-o", "--output", default=USUAL, show_default=True, help="The file to write; '-' for stdout."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option(
    "--max-tasks", type=COUNT, default=30, show_default=True, help="The most tasks of the draft."
)
@click.option(
    "--max-requests",
    type=COUNT,
    default=30,
    show_default=True,
    help="The most requests to the model, failed attempts aside.",
)
@click.option(
    "--budget",
    "--budget-usd",
    "budget",
    type=POSITIVE,
    help="Stop before the model has cost more than so many dollars.",
)
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@json_option
def decompose_command(
    goal: str,
    *,
    repo: Path,
    model: str | None,
    output: str,
    force: bool,
    max_tasks: int,
    max_requests: int,
    budget: float | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Let a model draft the task file for GOAL: a text, @FILE, or '-' for standard input.

    The model reads the project and submits tasks until they pass `brooks validate`. The draft is
    for a person to read and edit; nothing is run.
    """
    name = _model_name(model)
    place = None if output == STDOUT else Place(Path(output), force=force)
    keys = Keys.load(Path(), os.environ)
    redactor = Redactor(keys.secrets())
    wanted = redactor.text(_goal(goal))
    asked = _open_model(name, keys, budget=budget)
    repository = Repository.read(repo, hides=redactor.holds)

    def say(text: str) -> None:
        if not quiet:
            note(plain(redactor.text(text), most=WIDEST))

    left_out = f", {repository.left_out} left out" if repository.left_out else ""
    files = count(repository.count(0), "file")
    say(f"{name.canonical} may look at {files} of {str(repo)!r}{left_out}")
    meter = Meter(budget=budget, say=say)
    conversation = Conversation(
        wanted,
        repository,
        root=repo.resolve(),
        limits=Limits(tasks=max_tasks, requests=max_requests),
        redactor=redactor,
        say=say,
    )
    try:
        result = _talk(conversation, asked, meter)
    finally:
        say(_spent(meter))
    facts = {"model": name.canonical, "ending": result.ending.value, **_costs(meter, result)}
    if result.draft is None:
        return _say_why(result, redactor, output=output, facts=facts, as_json=as_json)
    file = USUAL if place is None else output
    head = Head(model=redactor.text(name.canonical), goal=wanted, file=file)
    text = _write(place, result, head)
    _say_what(result.draft, head, text, facts=facts, as_json=as_json)
    return Exit.DONE


def _model_name(model: str | None) -> ModelName:
    if model is None:
        raise UsageError(f"no model is named: pass -m MODEL; MODEL is {MODELS}")
    name = parse_model(model)
    if name.kind in _NO_MINDS:
        raise UsageError(
            f"the model {model!r} cannot draft tasks: {_NO_MINDS[name.kind]}; pass -m {MODELS}"
        )
    return name


def _goal(goal: str) -> str:
    text = goal
    if goal == "-":
        text = _decoded(sys.stdin.buffer.read(), "standard input")
    elif goal.startswith("@"):
        path = Path(goal[1:])
        try:
            text = _decoded(path.read_bytes(), repr(str(path)))
        except (FileNotFoundError, IsADirectoryError) as error:
            raise UsageError(
                f"there is no file {str(path)!r} with the goal: name one, or write the goal itself"
            ) from error
        except OSError as error:
            raise OutsideError(f"cannot read {str(path)!r}: {error.strerror}") from error
    if not text.strip():
        raise UsageError("the goal is empty: say what is to be done")
    if len(text) > MOST_GOAL:
        raise UsageError(
            f"the goal has {len(text):,} characters, and {MOST_GOAL:,} is the most: put the rest "
            "into a file of the project and name that in the goal"
        )
    return text.encode("utf-8", "replace").decode()


def _decoded(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"the goal in {where} is not UTF-8 text: save it as UTF-8") from error


def _open_model(name: ModelName, keys: Keys, *, budget: float | None) -> _Asked:
    settings = ModelSettings(model=name.canonical, max_output_tokens=MOST_OUTPUT)
    factory = ModelFactory(RUNS_DIR, keys=keys)
    model = factory.make(
        name.canonical,
        settings=settings,
        solutions=Solutions((), dict[BlobHash, bytes]().__getitem__),
        chance=partial(stream, 0),
    )
    pricing = find_price(name, settings)
    if budget is not None and pricing is None:
        raise UsageError(
            f"nobody knows what the model {name.canonical!r} costs, so --budget cannot hold: limit "
            "--max-requests instead"
        )
    return _Asked(name, model, settings, pricing, factory)


def _talk(conversation: Conversation, asked: _Asked, meter: Meter) -> Result:
    clock = RealClock()

    async def main() -> Result:
        governor = Governor(clock, partial(stream, 0), agents=1)
        name, settings = asked.name, asked.settings
        lane = governor.lane(name.canonical, name.kind, settings) if name.is_provider else None
        route = Route(name.canonical, asked.model, settings, lane, asked.pricing)
        asker = Asker((route,), clock=clock, sleep=clock.sleep, reserving=False)
        try:
            return await conversation.run(asker, meter)
        finally:
            await asked.factory.close()

    return clock.run(main())


def _write(place: Place | None, result: Result, head: Head) -> str | None:
    """Write the draft to its place; the text itself where it is to be printed."""
    assert result.draft is not None
    if place is None:
        return render_for_reading(result.draft, head)
    try:
        place.write(result.draft, head)
    except BrooksError:
        kept = keep_rejected(result.last, beside=place.path)
        note(f"note: the draft is kept in {str(kept)!r}")
        raise
    return None


def _say_what(
    draft: Draft, head: Head, text: str | None, *, facts: dict[str, Any], as_json: bool
) -> None:
    shape = _shape(draft)
    if as_json:
        written = {"file": head.file} if text is None else {"file": None, "text": text}
        print_json({**written, **facts, **shape})
        return
    if text is not None:
        click.echo(text, nl=False)
    show = partial(click.echo, err=text is not None)
    show(_in_words(shape, head.file if text is None else "the draft"))
    show(
        "read and edit it, above all each check, which is a command that will be run; then\n"
        f"  brooks validate {quote(head.file)}\n"
        f"  brooks run {quote(head.file)} -m {quote(head.model)}"
    )


def _shape(draft: Draft) -> dict[str, Any]:
    """What `brooks validate` would say of the draft, in short."""
    graph = draft.graph
    return {
        "tasks": len(draft.tasks),
        "with_check": sum(task.check is not None for task in draft.tasks),
        "work": graph.work(),
        "span": graph.span(),
        "width": graph.width().value,
        "clashes": [
            {"file": clash.file, "tasks": [clash.first, clash.second], "writers": clash.writers}
            for clash in find_clashes(draft.tasks, graph)
        ],
        "notes": list(draft.notes),
    }


def _in_words(shape: dict[str, Any], file: str) -> str:
    with_check = f"{count(shape['tasks'], 'task')} ({shape['with_check']} with a check)"
    work = f"work {shape['work']:g}, span {shape['span']:g}"
    lines = [f"{file}: {with_check}, at most {shape['width']} side by side; {work}"]
    remarks = [
        f"clash: {clash['tasks'][0]!r} and {clash['tasks'][1]!r} both write {clash['file']!r} and "
        "neither waits for the other"
        for clash in shape["clashes"]
    ] + [f"note: {text}" for text in shape["notes"]]
    lines += [f"  {remark}" for remark in remarks[:MOST_SHOWN]]
    if len(remarks) > MOST_SHOWN:
        lines.append(f"  … and {len(remarks) - MOST_SHOWN} more: `brooks validate`")
    return "\n".join(lines)


def _say_why(
    result: Result, redactor: Redactor, *, output: str, facts: dict[str, Any], as_json: bool
) -> int:
    """Say why there is no draft, and keep the last text that was submitted."""
    beside = Path(USUAL if output == STDOUT else output)
    kept = str(keep_rejected(result.last, beside=beside)) if result.last else None
    problems = [plain(redactor.text(line), most=500) for line in result.problems.splitlines()]
    reason = plain(redactor.text(result.reason), most=500)
    note(f"error: no draft was written: {reason}: {_ADVICE[result.ending]}")
    for problem in problems:
        note(f"  {problem}")
    if kept is not None:
        note(f"  the last draft is kept in {kept!r}")
    if as_json:
        print_json(
            {"file": None, **facts, "reason": reason, "problems": problems, "rejected": kept}
        )
    return _EXITS.get(result.ending, Exit.FAILED)


def _costs(meter: Meter, result: Result) -> dict[str, Any]:
    return {
        "drafts": result.tries,
        "requests": meter.replies,
        "attempts": meter.attempts,
        "input_tokens": meter.input_tokens,
        "output_tokens": meter.output_tokens,
        "dollars": meter.dollars,
    }


def _spent(meter: Meter) -> str:
    money = "nobody knows the price" if meter.dollars is None else f"${meter.dollars:.4g}"
    maybe = f", at most ${meter.maybe_dollars:.4g} more for lost replies"
    return (
        f"{count(meter.replies, 'reply', 'replies')} to {count(meter.attempts, 'attempt')}: "
        f"{amount(meter.input_tokens)} tokens in, {amount(meter.output_tokens)} out, {money}"
        f"{maybe if meter.maybe_dollars else ''}"
    )
