"""Runs all of the project's performance measurements and writes a table of them.

Each is a command that prints what it measured as JSON on its last line; they run one after another,
since two at once would measure each other. What needs something that is not installed is skipped, with
the reason in the table, and what fails is shown as failed. `benchmarks/README.md` says more.

    python benchmarks/run.py [--quick] [--only NAME]... [-o benchmarks/results]
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from measured import Result, Row, rows_of
from places import facts, versions

ROOT = Path(__file__).resolve().parents[1]
MOST_SECONDS = 900.0


class Bench:
    """One measurement: its command, and what it needs."""

    def __init__(
        self,
        name: str,
        *words: str,
        quick: tuple[str, ...] | None = (),
        needs: tuple[str, ...] = (),
        data: bool = False,
    ) -> None:
        """Say what it is.

        Args:
            name: Its name in the table.
            words: The command's words after the interpreter.
            quick: What is added to them in the quick tier; None for nothing that could be quick.
            needs: Modules without which it is skipped.
            data: Whether it needs the folder of published data.
        """
        self.name = name
        self.words = words
        self.quick = quick
        self.needs = needs
        self.data = data

    def why_not(self, *, is_quick: bool) -> str:
        """Why it is skipped; empty where it is not."""
        absent = [module for module in self.needs if find_spec(module) is None]
        script = self.words[0]
        if is_quick and self.quick is None:
            return "it is not in the quick tier"
        if script.endswith(".py") and not (ROOT / script).is_file():
            return f"there is no {script}"
        if absent:
            return f"{' and '.join(absent)} not installed"
        if self.data and not data_folder().is_dir():
            return "the published data is not there (BROOKS_TEST_DATA)"
        return ""

    def command(self, *, is_quick: bool) -> list[str]:
        """Its words, the interpreter first."""
        more = self.quick or () if is_quick else ()
        return [sys.executable, *self.words, *more]


BENCHES = (
    Bench("board", "benchmarks/board.py", quick=("--sizes", "1000", "--repeats", "1")),
    Bench("log", "benchmarks/reading.py", quick=("--tasks", "300", "--agents", "20")),
    Bench("virtual clock", "benchmarks/clock.py", quick=("--times", "30", "--repeats", "2")),
    Bench(
        "large team",
        *("benchmarks/large_team.py", "--log", "sqlite", "--measure", "ratio"),
        *("--tasks", "1000,100000"),
        quick=("--agents", "100", "--tasks", "200,1000"),
    ),
    Bench("many runs", "benchmarks/many_runs.py", quick=("--runs", "50,100"), needs=("polars",)),
    Bench("planner", "-m", "measure.planner_time", quick=("--only", "20"), needs=("numpy",)),
    Bench(
        "import",
        *("-m", "measure.published_time"),
        quick=None,
        needs=("polars", "scipy"),
        data=True,
    ),
    Bench("report", "evidence/measure/page_speed.py", "make", needs=("jinja2", "vl_convert")),
    Bench(
        "model call",
        "benchmarks/model_overhead.py",
        quick=("--agents", "1,10", "--requests", "60", "--rounds", "2"),
        needs=("openai", "pydantic_ai"),
    ),
    Bench(
        "engine, per turn",
        "benchmarks/engine_overhead.py",
        quick=None,
        needs=("ray",),
    ),
    Bench("bare task", "benchmarks/bare_task.py", quick=None, needs=("ray",)),
    Bench("scale-out", "-m", "measure.weak_scaling", quick=None, needs=("ray", "polars")),
)


def data_folder() -> Path:
    """Where the published runs are."""
    given = os.environ.get("BROOKS_TEST_DATA")
    return (Path(given) if given else ROOT.parent / "shared" / "data") / "published"


def carry_out(bench: Bench, *, is_quick: bool) -> Result:
    """Run a measurement to its end, and read its last line."""
    why_not = bench.why_not(is_quick=is_quick)
    if why_not:
        return Result(name=bench.name, skipped=why_not)
    command = bench.command(is_quick=is_quick)
    print(f"{bench.name}: {' '.join(command[1:])}", file=sys.stderr)
    paths = [str(ROOT / "evidence"), str(ROOT / "benchmarks"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, reversed(paths)))}
    began = time.perf_counter()
    said, failed = "", ""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            timeout=MOST_SECONDS,
            check=False,
        )
        said = done.stdout.strip().rpartition("\n")[2]
        failed = f"it left with {done.returncode}" if done.returncode else ""
    except subprocess.TimeoutExpired:
        failed = f"no answer within {MOST_SECONDS:g} s"
    seconds = round(time.perf_counter() - began, 1)
    answer = _answer(said)
    if answer is None and not failed:
        failed = "it said nothing"
    return Result(name=bench.name, answer=answer, failed=failed, seconds=seconds)


def _answer(said: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(said)
    except json.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) and "measured" in answer else None


def as_markdown(results: Iterable[Result], about: dict[str, Any]) -> str:
    """The table, and under what it was measured."""
    lines = ["# What was measured", ""]
    lines += [f"- {name}: {value}" for name, value in about["facts"].items()]
    lines.append("- " + ", ".join(f"{name} {each}" for name, each in about["versions"].items()))
    lines += ["", "| measurement | what | here | beside | ratio |", "|---|---|---|---|---|"]
    for result in results:
        if result.skipped or result.failed:
            word = f"skipped: {result.skipped}" if result.skipped else f"failed: {result.failed}"
            lines.append(f"| {result.name} | {word} | | | |")
            continue
        lines += [_line(result.name, row) for row in rows_of(result)]
    return "\n".join(lines) + "\n"


def _line(name: str, row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return f"| {name} | {row.what} | {row.here} | {row.beside} | {ratio} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="less than three minutes")
    parser.add_argument("--only", action="append", choices=[bench.name for bench in BENCHES])
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    chosen = [bench for bench in BENCHES if not options.only or bench.name in options.only]
    results = [carry_out(bench, is_quick=options.quick) for bench in chosen]
    tier = "quick" if options.quick else "full"
    about = {"tier": tier, "facts": facts(tier), "versions": versions()}
    options.output.mkdir(parents=True, exist_ok=True)
    kept = {**about, "results": [result.to_json() for result in results]}
    (options.output / f"{tier}.json").write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
    text = as_markdown(results, about)
    (options.output / f"{tier}.md").write_text(text, "utf-8")
    print(text)
    if any(result.failed for result in results):
        sys.exit(1)


if __name__ == "__main__":
    main()
