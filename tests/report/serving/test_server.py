"""What is served: a list of runs and a page of each, as they are now."""

import json
import shutil
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.report.serving.conftest import COUNTING, counting, serving

from brooks.report.serving import feeding, server
from brooks.report.serving.allowance import Allowance
from brooks.report.serving.answering import Making
from brooks.report.serving.feeding import Followed

Write = Callable[..., Any]


def test_a_page_and_its_data(served: Any, write: Write) -> None:
    """The page knows where its news are; the data say which records are in it."""
    write(count=5)

    page = served.ask("/runs/one")
    data = served.ask("/runs/one/page.json")

    assert (page.status, page.text) == (200, "<p>5 /runs/one</p>")
    assert data.headers["Content-Type"] == "application/json"
    assert data.json["records"] == 5
    assert data.json["position"] == 5
    assert data.json["alive"] is True


def test_head_is_get_without_a_body(served: Any, write: Write) -> None:
    """With the same headers; a stream of events does not stay open."""
    write(count=5)

    whole, head = served.ask("/runs/one"), served.ask("/runs/one", method="HEAD")

    assert head.body == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert served.ask("/runs/one/events", method="HEAD").status == 200


def test_who_listens_is_told_when_the_log_grows(served: Any, write: Write) -> None:
    """And finds in the data what is new."""
    writer = write(count=5)
    events = served.events("one")

    first = events.next()
    writer.grow(3)
    second = events.wait_for(position=8)

    assert first["position"] == 5
    assert second["version"] != first["version"]
    assert served.ask("/runs/one/page.json").json["records"] == 8


def test_a_log_that_grows_steadily_is_told_of_now_and_then(
    served: Any, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many commits are one message."""
    monkeypatch.setattr(feeding, "LEAST_SECONDS", 0.1)
    writer = write(count=5)
    events = served.events("one")
    events.next()
    last, began = 105, time.monotonic()
    while writer.grow(1) < last:
        pass
    seen = [events.next()["position"]]
    while seen[-1] < last:
        seen.append(events.next()["position"])
    took = time.monotonic() - began

    assert len(seen) <= took / 0.1 + 2


def test_the_page_says_when_nobody_writes_and_goes_on_afterwards(served: Any, write: Write) -> None:
    """The log is as long as before when its writer goes: listeners are told all the same."""
    writer = write(count=5)
    events = served.events("one")
    alive = events.next()
    writer.close()
    left = events.wait_for(alive=False)
    nobody = served.ask("/runs/one/page.json").json
    writer.open_again()
    writer.grow(2)
    events.wait_for(alive=True, position=7)

    assert left["position"] == alive["position"]
    assert left["version"] != alive["version"]
    assert nobody["writes"] == "nobody"
    assert served.ask("/runs/one/page.json").json["records"] == 7


def test_a_damaged_log_is_named_and_the_others_are_served(
    served: Any, write: Write, runs: Path
) -> None:
    """In the list, on its page and in its data; when it is restored it is served again."""
    write("whole", count=5)
    write("broken", count=5).close()
    log = runs / "broken" / "run.db"
    good = log.read_bytes()
    log.write_bytes(good[:4096] + b"?" * 8192)

    page, data = served.ask("/runs/broken"), served.ask("/runs/broken/page.json")
    rows = served.ask("/rows").text
    other = served.ask("/runs/whole")
    events = served.events("broken")
    told = events.next()
    log.write_bytes(good)
    mended = events.wait_for(position=5)

    assert (page.status, data.status, other.status) == (503, 503, 200)
    assert "broken/run.db" in page.text
    assert "broken/run.db" in data.json["problem"]
    assert "broken/run.db" in told["problem"]
    assert "broken/run.db" in rows
    assert "problem" not in mended


def test_a_page_that_cannot_be_made_is_no_end(write: Write, runs: Path) -> None:
    """A mistake of ours in one page is said there."""
    write("good", count=5)
    write("bad", count=5)

    def failing(found: Followed) -> Any:
        if found.folder.id == "bad":
            raise ZeroDivisionError("by <script>")
        return counting(found)

    with serving(runs, making_pages_by(failing)) as served:
        bad, good = served.ask("/runs/bad"), served.ask("/runs/good")

    assert (bad.status, good.status) == (503, 200)
    assert "ZeroDivisionError: by &lt;script&gt;" in bad.text


def making_pages_by(make_page: Any) -> Making:
    return Making(page=make_page, html=COUNTING.html, data=COUNTING.data)


def test_runs_come_and_go(served: Any, write: Write, runs: Path) -> None:
    """A run may begin, vanish and begin again under its name while it is served."""
    before = served.ask("/rows").text
    first = write(count=5)
    there = served.ask("/rows").text
    events = served.events("one")
    events.wait_for(position=5)
    first.close()
    shutil.rmtree(runs / "one")
    gone = events.wait_for(position=0)
    absent = served.ask("/runs/one").status
    write(count=9)
    events.wait_for(position=9)

    assert "/runs/one" not in before
    assert "/runs/one" in there
    assert "there is no log" in gone["problem"]
    assert absent == 404
    assert served.ask("/runs/one/page.json").json["records"] == 9


def test_a_run_that_has_not_begun_is_shown_when_it_has(served: Any, write: Write) -> None:
    """Its folder and log are there first."""
    writer = write()
    early = served.ask("/runs/one")
    events = served.events("one")
    events.next()
    writer.grow(4)
    events.wait_for(position=4)

    assert early.status == 503
    assert "has not begun yet" in early.text
    assert served.ask("/runs/one").status == 200


def test_the_list_grows_with_its_runs(served: Any, write: Write) -> None:
    """Each time only what is new is read."""
    writer = write(count=20)
    first = served.ask("/").text
    writer.grow(1000)
    second = served.ask("/rows").text
    writer.close()
    last = served.ask("/rows").text

    assert "running" in first
    assert "stopped" not in second
    assert ">done<" in last
    assert "20 of 20" in last


def test_text_of_runs_is_not_markup(served: Any, write: Write, runs: Path) -> None:
    """A name, a project, a team and a link's address."""
    writer = write("<b>&'\"", count=5)
    evil = {"project": "<script>alert(1)</script>", "team": "<i>", "agents": "&amp;"}
    (writer.folder.path / "manifest.json").write_text(json.dumps(evil), encoding="utf-8")

    rows = served.ask("/rows").text

    assert "<script>" not in rows
    assert "<b>" not in rows
    assert "<i>" not in rows
    assert 'href="/runs/%3Cb%3E%26%27%22"' in rows
    assert served.ask("/runs/%3Cb%3E%26%27%22/page.json").json["records"] == 5


def test_so_many_may_listen_and_no_more(
    write: Write, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is told to close some; one that leaves makes room."""
    monkeypatch.setattr(server, "MOST_LISTENERS", 2)
    monkeypatch.setattr(server, "KEEP_ALIVE_SECONDS", 0.02)
    write(count=5)

    with serving(runs) as served:
        two = [served.events("one") for _ in range(2)]
        statuses = [events.response.status for events in two]
        third = served.events("one").response.status
        two[0].next()
        served.stack.close()
        while served.events("one").response.status == 503:
            pass

    assert statuses == [200, 200]
    assert third == 503


def test_a_feed_that_nobody_wants_ends(
    served: Any, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes back is given a new one."""
    write(count=5)
    feeds = served.server.answers.feeds
    served.ask("/runs/one")
    (feed,) = feeds._feeds.values()
    monkeypatch.setattr("brooks.report.serving.feeds.IDLE_SECONDS", -1.0)
    feeds.end_idle()

    assert feed.ended
    assert feeds._feeds == {}
    assert served.ask("/runs/one").status == 200


def test_a_page_that_takes_long_is_made_seldom(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a core no more than a fifth is taken, and what little was saved up before."""
    moments: list[float] = []
    clock = [100.0]
    monkeypatch.setattr(feeding, "now", lambda: clock[0])
    monkeypatch.setattr(feeding, "worked", lambda: 2.0 * len(moments))
    monkeypatch.setattr("threading.Thread.start", lambda _: None)

    def slow(found: Followed) -> Any:
        moments.append(clock[0])
        clock[0] += 3.0
        return counting(found)

    writer = write(count=1)
    feed = feeding.Feed(writer.folder, make_page=slow, make_data=COUNTING.data)
    for _ in range(100):
        writer.grow(1)
        feed._step()
        clock[0] += 0.5
    feed._tail.close()

    gaps = [after - before for before, after in pairwise(moments)]
    assert gaps[0] == pytest.approx(8.0, abs=0.6)
    assert gaps[1:] == pytest.approx([10.0] * (len(gaps) - 1), abs=0.6)
    assert len(gaps) >= 4


def test_an_allowance_is_a_fifth_of_a_core() -> None:
    """It is granted by and by, saved up to a second, and owed when too much was spent."""
    allowance = Allowance(100.0)

    allowance.spend(0.9, 100.9)
    quick = allowance.is_left(100.9)
    allowance.spend(2.0, 102.9)
    owed = [allowance.is_left(moment) for moment in (103.0, 110.0, 111.0)]
    saved = allowance.is_left(1000.0)
    allowance.spend(1.5, 1000.0)

    assert (quick, owed, saved) == (True, [False, False, True], True)
    assert not allowance.is_left(1002.4)
    assert allowance.is_left(1002.6)
