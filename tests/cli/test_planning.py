"""`brooks plan` and `brooks simulate` as they are typed."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Brooks

from servers import file_developer, serving

pytestmark = pytest.mark.slow
QUICK = ("--seconds", "1", "-j", "1")


def test_a_plan_shows_a_table_a_choice_and_its_reasons(brooks: Brooks, tasks: Path) -> None:
    """Two tasks, one after the other: one agent, and why."""
    said = brooks("plan", tasks, "-m", "sim:typical", *QUICK)

    assert said.code == 0
    assert "simulated:" in said.out
    assert "recommended for the least product of time and cost: single" in said.out
    assert "first -> second" in said.out


def test_a_plan_as_json_is_one_document(brooks: Brooks, tasks: Path) -> None:
    """With every candidate and its intervals."""
    said = brooks("plan", tasks, "-m", "sim:quick", "--objective", "time", "--json", *QUICK)

    found = said.json
    assert found["simulated"] is True
    assert found["recommended"]["team"]["preset"] == "single"
    assert found["candidates"][0]["seconds"]["low"] <= found["candidates"][0]["seconds"]["high"]


def test_apply_writes_the_team_beside_the_plan_that_is_kept(brooks: Brooks, tasks: Path) -> None:
    """The file then runs with that team, and the plan lies beside the runs."""
    said = brooks("plan", tasks, "-m", "sim:typical", "--apply", *QUICK)

    assert said.code == 0, said.err
    assert "team:\n  preset: single" in tasks.read_text()
    (kept,) = Path(".brooks", "plans").glob("*.json")
    assert json.loads(kept.read_text())["recommended"]["name"].startswith("single")
    assert brooks("validate", tasks).code == 0


def test_a_real_run_is_held_against_its_plan_and_later_plans_say_so(
    brooks: Brooks, tasks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planned, run with the real client against a local server, and planned again."""
    pytest.importorskip("pydantic_ai", reason="it comes with the extras of the providers")
    planned = (tasks, "-m", "openai:gpt-4o", "--profile", "quick")
    with serving(file_developer(tasks)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-nobody")
        before = brooks("plan", *planned, *QUICK)
        run = brooks("run", tasks, "-t", "single", "-m", "openai:gpt-4o", "--run-id", "one", "-q")
        after = brooks("plan", *planned, "--json", *QUICK)

    assert "no real run with this model and profile" in before.out
    assert run.code == 0, run.err
    assert "planned     (simulated) time" in run.out
    assert after.json["so_far"]["latest"] == ["one"]
    assert after.json["so_far"]["verified"] == 1


def test_a_plan_without_any_model_says_what_to_pass(brooks: Brooks, tasks: Path) -> None:
    """A file of the user's own names no model."""
    said = brooks("plan", tasks)

    assert said.code == 2
    assert "-m sim:typical" in said.err


def test_a_real_model_is_simulated_by_a_profile_and_priced_as_itself(
    brooks: Brooks, tasks: Path
) -> None:
    """No key is needed, since nobody is asked."""
    said = brooks("plan", tasks, "-m", "openai:gpt-5.2", "--profile", "quick", "--json", *QUICK)

    assert said.code == 0, said.err
    assert said.json["models"] == [{"model": "openai:gpt-5.2", "profile": "quick"}]
    assert said.json["cost_in"] == "dollars"
    assert any("simulated as 'quick'" in text for text in said.json["sure"])


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--deadline", "soon"), "no time"),
        (("--sizes", "2,x"), "write numbers"),
        (("-t", "nobody"), "no preset"),
        (("-t", "hybrid:1-8"), "`brooks simulate -t hybrid:1-8` is for one team"),
        (("-m", "scripted:x.yaml"), "no team can be planned"),
        (("--budget", "1"), "price of every model"),
    ],
)
def test_wrong_use_is_told(
    brooks: Brooks, tasks: Path, options: tuple[str, ...], text: str
) -> None:
    """Each in one line, before anything runs."""
    said = brooks("plan", tasks, "-m", "sim:typical", *options, *QUICK)

    assert said.code == 2
    assert text in said.err


def test_simulate_says_how_long_agents_are_there(brooks: Brooks, tasks: Path) -> None:
    """A team that grows has its bounds for a name, and counts the time of who is there."""
    words = ("-t", "leased", "-n", "1-4", "-m", "sim:typical", "--seeds", "4", "-j", "1")
    shown = brooks("simulate", tasks, *words)
    found = brooks("simulate", tasks, *words, "--json").json

    assert shown.out.startswith("simulated: leased:1-4, sim:typical, 4 runs")
    assert "agents     there for" in shown.out
    assert found["agent_seconds"]["typical"] < 4 * found["seconds"]["typical"]


def test_simulate_shows_a_distribution_and_keeps_logs(brooks: Brooks, tasks: Path) -> None:
    """The kept runs are listed and shown like any other."""
    said = brooks(
        *("simulate", tasks, "-t", "leased:2", "-m", "sim:typical", "--seeds", "12", "-j", "1"),
        *("--keep-logs", "kept"),
    )

    assert said.code == 0, said.err
    assert said.out.startswith("simulated: leased:2, sim:typical, 12 runs")
    assert "#" in said.out
    assert brooks("runs", "--runs-dir", "kept").out.count("sim.") >= 3
