"""`brooks runs`, `show`, `audit` and `export`: reading what is there, changing nothing."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from brooks.core.events import TaskDone
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog

Brooks = Callable[..., Any]


def state_of_files(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of everything in a folder."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


def test_looking_changes_nothing(brooks: Brooks, runs: Path) -> None:
    """Every command that only looks, and every file of the run as it was."""
    before = state_of_files(runs)

    for command in ("runs", "show", "audit", "export"):
        run = [] if command == "runs" else ["finished"]
        assert brooks(command, *run, "--runs-dir", runs).code == 0

    assert state_of_files(runs) == before


def test_no_runs_yet_is_an_empty_list(brooks: Brooks) -> None:
    """The folder of runs is not there; a list of nothing is no error."""
    listed = brooks("runs")
    as_json = brooks("runs", "--json")

    assert (listed.code, as_json.code) == (0, 0)
    assert "no runs" in listed.out
    assert as_json.json == []


def test_an_elastic_team_is_called_by_its_bounds(brooks: Brooks) -> None:
    """Wherever a run says how many agents it has."""
    words = ("-t", "hybrid:1-8", "--checks", "modelled", "--run-id", "grown")
    ran = brooks("run", "mathlib/serial", *words)

    assert "hybrid with 1-8 agents" in ran.err
    assert "  agents      there for " in ran.out
    assert brooks("runs", "--json").json[0]["team"] == "hybrid:1-8"


def test_runs_are_listed_with_how_they_ended(brooks: Brooks, runs: Path) -> None:
    """Two runs: one is done, one ran out of turns."""
    shutil.copytree(runs, ".brooks/runs")
    brooks("run", "mathlib", "--checks", "modelled", "--budget-turns", "2", "--run-id", "a", "-q")

    said = brooks("runs", "--json")
    shown = brooks("runs")

    assert [(run["run"], run["state"], run["alive"]) for run in said.json] == [
        ("finished", "done", False),
        ("a", "budget", False),
    ]
    assert (said.json[0]["done"], said.json[0]["total"], said.json[0]["team"]) == (
        20,
        20,
        "leased:3",
    )
    assert said.json[0]["simulated"] is True
    assert shown.out.index("finished") < shown.out.index("a  ")
    assert "sim" in shown.out


def test_a_list_without_kept_facts_reads_the_log(brooks: Brooks, runs: Path) -> None:
    """The manifest was written when the run began, and the process was killed."""
    shutil.copytree(runs, "runs")
    manifest = Path("runs/finished/manifest.json")
    facts = json.loads(manifest.read_text())
    kept = facts.pop("end")
    manifest.write_text(json.dumps(facts))

    (run,) = brooks("runs", "--runs-dir", "runs", "--json").json

    assert run["state"] == "done"
    assert {name: run[name] for name in ("done", "verified", "total", "seconds", "tokens")} == {
        name: kept[name] for name in ("done", "verified", "total", "seconds", "tokens")
    }


def test_show_gives_the_summary(brooks: Brooks, runs: Path) -> None:
    """By prefix and by `latest`, in words and as JSON."""
    words = brooks("show", "fin", "--runs-dir", runs)
    facts = brooks("show", "latest", "--runs-dir", runs, "--json").json

    assert words.code == 0
    assert "20 of 20 tasks done" in words.out
    assert "simulated model" in words.out
    assert (facts["run"], facts["outcome"], facts["tasks"]["verified"]) == ("finished", "done", 20)


def test_show_lists_events_of_a_task_and_an_agent(brooks: Brooks, runs: Path) -> None:
    """From being added to being done; and only what one agent did."""
    every = brooks("show", "finished", "--runs-dir", runs, "--events", "--json").json
    task = brooks("show", "finished", "--runs-dir", runs, "--task", "factorise", "--json").json
    agent = brooks("show", "finished", "--runs-dir", runs, "--agent", "agent-2", "--json").json
    words = brooks("show", "finished", "--runs-dir", runs, "--task", "factorise")

    assert [event["position"] for event in every] == list(range(1, len(every) + 1))
    kinds = [event["kind"] for event in task]
    assert kinds[:3] == ["TaskAdded", "TaskReady", "TasksLeased"]
    assert {"TurnStarted", "ReplyReceived", "ProposalQueued", "CheckFinished", "TaskDone"} <= {
        *kinds
    }
    assert len(task) < len(every) / 5
    assert {event["event"]["agent"] for event in agent if "agent" in event["event"]} == {"agent-2"}
    assert len(words.out.splitlines()) == len(task)


def test_show_knows_which_tasks_and_agents_there_are(brooks: Brooks, runs: Path) -> None:
    """A slip in the name is not an empty list."""
    task = brooks("show", "finished", "--runs-dir", runs, "--task", "factorize")
    agent = brooks("show", "finished", "--runs-dir", runs, "--agent", "agent-4")

    assert (task.code, agent.code) == (2, 2)
    assert "has no task 'factorize': it has prime_sieve, factorise" in task.err
    assert "has no agent 'agent-4': it has agent-1, agent-2, agent-3" in agent.err


def test_an_audit_that_holds_ends_with_0(brooks: Brooks, runs: Path) -> None:
    """A run of a team that kept everything."""
    words = brooks("audit", "finished", "--runs-dir", runs)
    facts = brooks("audit", "finished", "--runs-dir", runs, "--json").json

    assert words.code == 0
    assert words.out.startswith("audit of finished: holds\n")
    assert {verdict["result"] for verdict in facts["verdicts"]} == {"holds"}
    assert len(facts["verdicts"]) == 11


def test_an_audit_of_a_run_that_stopped_ends_with_5(brooks: Brooks, runs: Path) -> None:
    """The log ends in the middle of the work: nobody can say whether the run would have ended."""
    shutil.copytree(runs, "runs")
    with closing(sqlite3.connect("runs/finished/run.db")) as connection, connection:
        connection.execute("DELETE FROM record WHERE position > 60")

    said = brooks("audit", "finished", "--runs-dir", "runs", "--json")

    assert said.code == 5
    assert said.json["result"] == "unknown"


def test_an_audit_of_a_broken_promise_ends_with_1(brooks: Brooks, runs: Path) -> None:
    """A log in which a change was merged that was made from a version of the file that never was."""
    shutil.copytree(runs, "runs")
    log = Path("runs/finished/run.db")
    with closing(SqliteLog.open_reader(log)) as reader:
        record = next(
            record
            for record in Codec().decode_all(reader.read())
            if isinstance(record.event, TaskDone)
        )
    assert isinstance(record.event, TaskDone)
    change = msgspec.structs.replace(record.event.changes[0], base=7)
    data = msgspec.json.encode(msgspec.structs.replace(record.event, changes=(change,)))
    with closing(sqlite3.connect(log)) as connection, connection:
        connection.execute("UPDATE record SET data = ? WHERE position = ?", (data, record.position))

    said = brooks("audit", "finished", "--runs-dir", "runs", "--json")

    assert said.code == 1
    verdicts = {verdict["guarantee"]: verdict for verdict in said.json["verdicts"]}
    assert verdicts["no_stale_write"]["result"] == "violated"
    assert record.position in verdicts["no_stale_write"]["witness"]


def test_an_audit_names_what_was_never_promised(brooks: Brooks) -> None:
    """A team that exists to show life without promises."""
    brooks("run", "mathlib", "-t", "paper-preassigned:2", "--checks", "modelled", "-q")

    said = brooks("audit", "latest")

    assert said.code == 0
    assert "the team does not promise it" in said.out


def test_an_export_is_the_log_byte_for_byte(brooks: Brooks, runs: Path) -> None:
    """To standard output and to a file, as the codec writes a line."""
    with closing(SqliteLog.open_reader(runs / "finished" / "run.db")) as log:
        expected = b"".join(Codec().line(row) + b"\n" for row in log.read())

    printed = brooks("export", "finished", "--runs-dir", runs, "--format", "jsonl")
    written = brooks("export", "finished", "--runs-dir", runs, "-o", "log.jsonl")
    document = brooks("export", "finished", "--runs-dir", runs, "--json")

    assert printed.out.encode() == expected
    assert Path("log.jsonl").read_bytes() == expected
    assert (written.code, written.out) == (0, "")
    assert document.json["records"] == [json.loads(line) for line in expected.splitlines()]


def test_an_export_brings_the_contents(brooks: Brooks, runs: Path) -> None:
    """Every content that the log names, under its hash."""
    said = brooks(
        "export", "finished", "--runs-dir", runs, "-o", "log.jsonl", "--blobs", "blobs", "--json"
    )

    files = list(Path("blobs").iterdir())
    assert said.json["blobs"] == len(files) > 20
    assert all(sha256(file.read_bytes()).hexdigest() == file.name for file in files)


def test_an_export_that_cannot_be_written_is_outside(brooks: Brooks, runs: Path) -> None:
    """A folder that is not there; nothing is left behind."""
    said = brooks("export", "finished", "--runs-dir", runs, "-o", "none/log.jsonl")

    assert said.code == 4
    assert "cannot write 'none/log.jsonl'" in said.err
    assert not Path("none").exists()
