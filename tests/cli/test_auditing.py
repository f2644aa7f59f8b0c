"""`brooks audit FILE`: somebody else's history, judged like a run; and anomalies of a run."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from brooks.audit import Anomaly, Result
from brooks.audit.accounting import count_cost
from brooks.cli.auditing import EXIT_OF_RESULT, judge_history
from brooks.core.applying import fold
from brooks.core.events import TaskDone
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog

Brooks = Callable[..., Any]

GOOD = """\
0 :invoke :write 1
1 :invoke :read nil
0 :ok :write 1
1 :ok :read nil
"""
BAD = GOOD + "1 :invoke :read nil\n1 :ok :read nil\n"


def test_a_history_that_holds_ends_with_0(brooks: Brooks) -> None:
    """In words and as JSON, in the style of a run's audit."""
    Path("h.log").write_text(GOOD)

    words = brooks("audit", "h.log")
    facts = brooks("audit", "h.log", "--json")

    assert (words.code, facts.code) == (0, 0)
    assert words.out == (
        "audit of h.log: holds\n"
        "  linearizable        holds     some order explains all 2 operations\n"
    )
    assert facts.json == {
        "history": "h.log",
        "result": "holds",
        "verdicts": [
            {
                "guarantee": "linearizable",
                "result": "holds",
                "witness": [],
                "explanation": "some order explains all 2 operations",
            }
        ],
        "not_declared": [],
        "observed": [],
    }


def test_a_history_that_is_violated_ends_with_1_and_names_the_lines(brooks: Brooks) -> None:
    """The second read comes after the write, and does not see it."""
    Path("h.log").write_text(BAD)

    said = brooks("audit", "h.log")

    assert said.code == 1
    assert said.out.startswith("audit of h.log: violated\n  linearizable        violated  ")
    assert "read nothing by process 1 (lines 5 to 6)" in said.out
    assert brooks("audit", "h.log", "--json").json["verdicts"][0]["witness"][-1] == 6


def test_a_history_that_takes_too_long_is_unknown(tmp_path: Path) -> None:
    """The search is given up at once."""
    path = tmp_path / "h.log"
    path.write_text(BAD)

    report = judge_history(path, most_states=0)

    assert report.result is Result.UNKNOWN
    assert EXIT_OF_RESULT[report.result] == 5
    assert report.verdicts[0].explanation == "the search was given up after 0 configurations"


def test_a_file_that_is_no_history_is_wrong_use(brooks: Brooks) -> None:
    """The complaint names the file, the line and what stands there."""
    Path("notes.txt").write_text("\nbuy milk\n")

    said = brooks("audit", "notes.txt")

    assert said.code == 2
    assert "notes.txt:2: 'buy milk' begins no history that is known" in said.err


def test_a_history_of_a_key_value_store_is_recognised(brooks: Brooks) -> None:
    """The other format, by its content."""
    line = '{:process 0, :type :%s, :f :get, :key "k", :value %s}\n'
    Path("h").write_text(line % ("invoke", "nil") + line % ("ok", '"from nowhere"'))

    said = brooks("audit", "h")

    assert said.code == 1
    assert "get 'k' gave 'from nowhere' by process 0 (lines 1 to 2)" in said.out


def test_anomalies_of_a_run_are_counted(brooks: Brooks, runs: Path) -> None:
    """A log in which two merges say that both wrote a file that was not there."""
    shutil.copytree(runs, "runs")
    log = Path("runs/finished/run.db")
    with closing(SqliteLog.open_reader(log)) as reader:
        records = list(Codec().decode_all(reader.read()))
    merges = [each for each in records if isinstance(each.event, TaskDone)][:2]
    with closing(sqlite3.connect(log)) as connection, connection:
        for merge in merges:
            assert isinstance(merge.event, TaskDone)
            change = msgspec.structs.replace(merge.event.changes[0], path="both", base=0)
            data = msgspec.json.encode(msgspec.structs.replace(merge.event, changes=(change,)))
            row = (data, merge.position)
            connection.execute("UPDATE record SET data = ? WHERE position = ?", row)

    words = brooks("audit", "finished", "--runs-dir", "runs")
    observed = brooks("audit", "finished", "--runs-dir", "runs", "--json").json["observed"]

    assert [each["anomaly"] for each in observed] == [each.value for each in Anomaly]
    assert observed[0]["count"] == 1
    assert {merge.position for merge in merges} <= {*observed[0]["witness"]}
    heading, line = words.out.splitlines()[-2:]
    assert heading == "seen, and forbidden by no promise unless it is violated above:"
    assert line.startswith("  lost_update         1         first: ")


def test_the_ledger_holds_what_the_auditor_counts(runs: Path) -> None:
    """Two books of one run, kept by code that knows nothing of one another."""
    with closing(SqliteLog.open_reader(runs / "finished" / "run.db")) as log:
        records = list(Codec().decode_all(log.read()))
    state = fold(records)

    cost = count_cost(records)

    assert cost.tokens == state.ledger.tokens > 0
    assert (round(cost.dollars, 9), cost.unpriced) == (
        round(state.ledger.dollars, 9),
        state.ledger.unpriced,
    )
