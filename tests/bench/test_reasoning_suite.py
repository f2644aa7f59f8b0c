"""The bundled questions: right answers that cannot be read off, and a score of what a vote came to."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import combinations, groupby, permutations, product
from pathlib import Path

import pytest
from click.testing import CliRunner

from brooks.bench.reasoning import score
from brooks.bench.suites import suite_names, suite_path
from brooks.cli.entry import command_line
from brooks.spec.load import TaskFile, load_tasks

STRUCTURES = ("checked", "unchecked")


def load(structure: str) -> TaskFile:
    """The suite's task file."""
    return load_tasks(suite_path(f"reasoning/{structure}") / "tasks.yaml")


def answers_of(structure: str) -> dict[str, str]:
    """The known answer of each question."""
    file = load(structure)
    return {task.id: file.blobs[task.solution[0].blob].decode().strip() for task in file.tasks}


def honest(ann: bool, ben: bool, cem: bool) -> bool:
    """Whether everybody's sentence is as true as they are honest, and one of them is."""
    said = (not ben, not cem, not ann and not ben)
    return said == (ann, ben, cem) and ann + ben + cem == 1


def read_aloud(digits: str) -> str:
    """How many of which digit, from left to right."""
    return "".join(f"{len(list(group))}{digit}" for digit, group in groupby(digits))


def day_at_the_top(depth: int, up: int, down: int) -> int:
    """The day on which a snail gets out of a well."""
    height, day = up, 1
    while height < depth:
        height, day = height - down + up, day + 1
    return day


def third_of_the_race() -> str:
    """Who is third in every order that fits."""
    fitting = {
        order[2]
        for order in permutations(["Anna", "Bert", "Carl", "Dora", "Emil"])
        if order.index("Emil") < order.index("Carl")
        and order.index("Anna") < order.index("Dora") < order.index("Emil")
        and order.index("Bert") + 1 == order.index("Anna")
    }
    [third] = fitting
    return third


COMPUTED: dict[str, Callable[[], object]] = {
    "handshakes": lambda: len(list(combinations(range(9), 2))),
    "two_cyclists": lambda: f"{9 + 40 // 60 + 84 // (12 + 16)}:40",
    "rope": lambda: 45 / 2.5 - 1,
    "sevens": lambda: "".join(map(str, range(1, 201))).count("7"),
    "leap_year": lambda: date(2028, 3, 1).strftime("%A"),
    "days": lambda: (date(2028, 3, 5) - date(2028, 1, 20)).days,
    "clock_hands": lambda: abs(30 * (4 + 20 / 60) - 6 * 20),
    "doubling": lambda: 2 * 33 - 1,
    "read_aloud": lambda: read_aloud(read_aloud(read_aloud(read_aloud(read_aloud("1"))))),
    "one_is_honest": lambda: next(
        name
        for name, case in zip(("Ann", "Ben", "Cem"), ((1, 0, 0), (0, 1, 0), (0, 0, 1)), strict=True)
        if honest(*map(bool, case))
    ),
    "ages": lambda: next(age for age in range(1, 99) if 4 * age + 20 == 2 * (age + 20)),
    "bench": lambda: sum(abs(o.index(0) - o.index(1)) == 1 for o in permutations(range(5))),
    "two_dice": lambda: Fraction(sum(sum(d) == 8 for d in product(range(1, 7), repeat=2)), 36),
    "two_prices": lambda: next(price for price in range(1, 999) if price * 80 * 125 == 60 * 10**4),
    "snail": lambda: day_at_the_top(12, 3, 2),
    "machines": lambda: 60 / (30 * 6 / (6 * 6)),
    "letters": lambda: "Seventeen green trees were here.".lower().count("e"),
    "chess_and_choir": lambda: 18 + 15 - (30 - 6),
    "remainders": lambda: next(n for n in range(1, 99) if (n % 3, n % 4, n % 5) == (2, 3, 4)),
    "race": third_of_the_race,
}


def test_the_known_answers_are_those_one_can_compute() -> None:
    """Each question is answered a second time, by counting or trying out wherever that can be done."""
    computed = {name: answer() for name, answer in COMPUTED.items()}
    shown = {
        name: str(int(answer)) if isinstance(answer, float) else str(answer)
        for name, answer in computed.items()
    }

    assert shown == answers_of("checked")


def test_both_structures_ask_the_same_and_only_one_has_checks() -> None:
    """So what a check is worth can be compared question by question."""
    checked, unchecked = (load(structure).tasks for structure in STRUCTURES)

    assert [(task.id, task.description) for task in checked] == [
        (task.id, task.description) for task in unchecked
    ]
    assert answers_of("checked") == answers_of("unchecked")
    assert len(checked) == 20
    assert all(task.check for task in checked)
    assert not any(task.check for task in unchecked)
    assert not any(task.depends_on for task in checked)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_no_answer_can_be_read_in_the_workspace(structure: str) -> None:
    """An agent sees the workspace and nothing beside it; numbers in hashes are no words of their own."""
    folder = suite_path(f"reasoning/{structure}") / "workspace"
    texts = [path.read_text("utf-8") for path in folder.rglob("*.*") if path.suffix != ".pyc"]
    words = {word for text in texts for word in re.findall(r"[\w/:]+", text.casefold())}

    assert texts
    assert not words & {answer.casefold() for answer in answers_of(structure).values()}


@pytest.mark.parametrize("structure", STRUCTURES)
def test_every_question_says_where_the_answer_goes_and_in_which_form(structure: str) -> None:
    """Two who mean the same have to write the same, or a vote cannot count them together."""
    for task in load(structure).tasks:
        text = " ".join(task.description.split())
        assert re.search(
            rf"Write nothing but the answer, .+, to answers/{task.id}\.txt, on one line\.$", text
        )
        assert (
            task.files == tuple(file.path for file in task.solution) == (f"answers/{task.id}.txt",)
        )


@pytest.mark.slow
def test_the_checks_pass_with_the_answers_and_not_with_others(tmp_path: Path) -> None:
    """All at once, with other capitals and white space, and with one wrong, one empty and one left out."""
    tests = suite_path("reasoning/checked") / "workspace" / "tests" / "test_answers.py"
    answers = answers_of("checked")
    (tmp_path / "answers").mkdir()
    for name, answer in answers.items():
        (tmp_path / "answers" / f"{name}.txt").write_text(f" {answer.upper()}\n\n", "utf-8")
    (tmp_path / "answers" / "race.txt").write_text("Anna\n", "utf-8")
    (tmp_path / "answers" / "rope.txt").write_text("", "utf-8")
    (tmp_path / "answers" / "days.txt").unlink()

    done = subprocess.run(  # noqa: S603 - our own interpreter on our own files
        [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    failed = set(re.findall(r"^FAILED .*\[(\w+)\]", done.stdout, re.MULTILINE))
    assert failed == {"race", "rope", "days"}
    assert "17 passed" in done.stdout


def test_a_vote_without_checks_is_scored_afterwards(tmp_path: Path) -> None:
    """Right, wrong, empty and left out; every question counts."""
    (tmp_path / "answers").mkdir()
    for name, answer in answers_of("unchecked").items():
        (tmp_path / "answers" / f"{name}.txt").write_text(f"{answer.lower()} \n", "utf-8")
    (tmp_path / "answers" / "race.txt").write_text("Anna\n", "utf-8")
    (tmp_path / "answers" / "rope.txt").write_bytes(b"\xff")
    (tmp_path / "answers" / "days.txt").unlink()

    scored = score(tmp_path)

    assert (scored.wrong, set(scored.missing)) == (("race",), {"rope", "days"})
    assert scored.share == 17 / 20


@pytest.mark.parametrize("structure", STRUCTURES)
def test_three_voters_get_to_the_end(structure: str, tmp_path: Path) -> None:
    """Simulated ones; where nothing is checked they agree on most answers, and on wrong ones at times."""
    arguments = ["run", f"reasoning/{structure}", "-t", "voting:3", "--seed", "1", "--quiet"]
    modelled = ["--checks", "modelled", "--runs-dir", str(tmp_path), "--run-id", "voted"]

    done = CliRunner().invoke(command_line, [*arguments, *modelled])

    assert done.exit_code == 0, done.output
    if structure == "unchecked":
        assert "0 run, 0 failed" in done.stdout
    else:
        assert "20 of 20 tasks done, all verified" in done.stdout


def test_the_project_alone_means_its_first_structure() -> None:
    """It has no mixed one."""
    assert suite_path("reasoning") == suite_path("reasoning/checked")
    assert {f"reasoning/{structure}" for structure in STRUCTURES} <= set(suite_names())
