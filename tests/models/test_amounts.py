"""What replies cost under a profile that was fitted to logs."""

from statistics import mean, pstdev

import pytest
from msgspec.structs import replace
from tests.runtime.kit import STEADY, KitModels, Run, chain, free, make_spec, make_team, run

from brooks.core import events
from brooks.models.profile import Profile

FITTED = replace(
    STEADY,
    latency_sigma=0.0,
    whole_load=1.0,
    chosen_load=1.0,
    thinking_tokens=100,
    file_tokens=200.0,
    overhead_seconds=2.0,
    output_tokens_per_second=100.0,
    seconds_per_1k_input=0.0,
    idle_seconds=5.0,
    prompt_tokens=1000,
    message_tokens=500,
    mistake=0.0,
    stall=0.0,
)


def played(
    profile: Profile, *, size: int = 1, tasks: int = 4, chained: int = 0, seed: int = 0
) -> Run:
    """A run of a team whose tasks were dealt."""
    team = make_team("paper-preassigned", size, rounds=30)
    made = (*free(tasks), *chain(chained))
    return run(make_spec(made, team=team, model="m", seed=seed), models=KitModels({"m": profile}))


def replies(finished: Run) -> list[events.ReplyReceived]:
    """Every reply."""
    return finished.events(events.ReplyReceived)


def rounds(finished: Run) -> int:
    """How many rounds there were."""
    return max(event.round for event in finished.events(events.TurnStarted))


def test_files_count_as_many_tokens_as_the_profile_says() -> None:
    """Whatever the simulated contents are: 100 and four times 200."""
    [only] = replies(played(FITTED))

    assert only.usage.output_tokens == 900
    assert only.usage.input_tokens == 1000


def test_time_is_overhead_and_tokens_over_speed() -> None:
    """2 s and 900 tokens at 100 a second."""
    finished = played(FITTED)

    [replied] = [record for record in finished.records if record.event == replies(finished)[0]]
    assert replied.time == pytest.approx(11.0)


def test_a_reply_ends_at_the_cap() -> None:
    """Of forty files, nineteen go into 4,096 tokens."""
    finished = played(FITTED, tasks=40)

    assert [reply.usage.output_tokens for reply in replies(finished)] == [3900, 3900, 500]


def test_own_replies_and_messages_come_in_again() -> None:
    """The second prompt has one message more, and the 3,900 tokens of the first reply."""
    first, second, _ = replies(played(FITTED, tasks=40))

    assert second.usage.input_tokens - first.usage.input_tokens == 500 + 3900


def test_an_agent_with_nothing_to_write_takes_a_time_of_its_own() -> None:
    """The second agent has one task, and waits while the first goes through a chain."""
    slow = replace(FITTED, chained_load=0.0, idle_seconds=6.0)
    finished = played(slow, size=2, tasks=1, chained=4)

    idle = [reply for reply in replies(finished) if reply.usage.output_tokens == 100]
    assert rounds(finished) == 4
    assert len({reply.agent for reply in idle}) == 1
    assert len(idle) == 3  # no more words than those beside files


def test_a_chain_is_gone_through_at_once_or_one_by_one() -> None:
    """With nine tasks that wait, nine in ten who could go one by one do; with none, nobody."""
    slow = replace(FITTED, chained_load=0.0)

    counts = [rounds(played(slow, tasks=0, chained=10, seed=seed)) for seed in range(30)]

    assert counts.count(1) == pytest.approx(3, abs=3)
    assert counts.count(10) > 15  # the shorter what is left, the sooner it does the rest at once
    assert rounds(played(replace(FITTED, chained_load=1.0), tasks=0, chained=10)) == 1
    assert rounds(played(slow, tasks=6)) == 1


def test_one_who_goes_one_by_one_may_catch_up() -> None:
    """In any reply it may do all the rest."""
    profile = replace(FITTED, chained_load=0.0, catches_up=1.0)

    assert {rounds(played(profile, tasks=0, chained=6, seed=seed)) for seed in range(5)} == {1}


def test_a_reply_that_was_cut_off_may_lose_its_reports() -> None:
    """Then what it wrote is reported later; what is written again costs as much again."""
    sure = played(FITTED, tasks=30)
    forgetful = played(replace(FITTED, unreported=0.7, rewrites=0.5), tasks=30)

    assert rounds(forgetful) > rounds(sure)
    assert forgetful.outcome()[0] == "done"
    assert sum(r.usage.output_tokens for r in replies(forgetful)) > sum(
        r.usage.output_tokens for r in replies(sure)
    )


def test_the_pace_is_that_of_the_whole_run() -> None:
    """Runs differ, and within a run all replies are slower or faster alike."""
    profile = replace(FITTED, pace_sigma=0.3)

    ends = [played(profile, seed=seed).records[-1].time for seed in range(40)]

    assert pstdev(ends) / mean(ends) == pytest.approx(0.3, abs=0.12)
