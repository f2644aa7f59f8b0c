"""What agents that choose leave unreported, read off replies."""

import polars as pl
import pytest

from brooks.plan.calibrating.estimate import Shares
from brooks.plan.calibrating.forgetting import Powers, fit_forgetting, root, summed
from brooks.plan.calibrating.replies import Replies

SHARES = Shares({"recalls": 0.8, "reports_late": 0.2}, 4.0)


def replies(*agents: list[tuple[int, int, int]], size: int) -> Replies:
    """One run: of each agent the claims, completions and writes of its replies."""
    rows = [
        {
            "run": "a",
            "team": "decentralized",
            "size": size,
            "agent": f"agent{number}",
            "place": place,
            "claims": claims,
            "completions": completions,
            "writes": writes,
        }
        for number, each in enumerate(agents)
        for place, (claims, completions, writes) in enumerate(each, 1)
    ]
    return Replies(runs=pl.DataFrame(), each=pl.DataFrame(rows))


def test_a_root_is_found_from_powers_of_it() -> None:
    """Half, a quarter and an eighth came about."""
    cases = [Powers(1, 500, 1000), Powers(2, 250, 1000), Powers(3, 125, 1000)]

    found = root("recalls", cases, SHARES, of="replies")

    assert found.value == pytest.approx(0.5, abs=0.01)
    assert found.low < found.value < found.high
    assert found.count == 3000


def test_little_pulls_a_root_to_what_is_usual() -> None:
    """One of one."""
    assert root("recalls", [Powers(1, 1, 1)], SHARES, of="replies").value == pytest.approx(
        4.2 / 5, abs=0.002
    )


def test_rows_are_summed_by_power() -> None:
    """In its order."""
    table = pl.DataFrame({"power": [2, 1, 2], "did": [1, 0, 2], "could": [3, 4, 5]})

    assert summed(table) == [Powers(1, 0, 4), Powers(2, 3, 8)]


def test_of_an_agent_alone_only_the_first_reply_tells_whether_it_reports_late() -> None:
    """Each of eight reports its first task in its second reply and all others at once."""
    rest = [(1, 1, 1)] * 10
    alone = replies(*[[(1, 0, 1), (0, 1, 0), *rest] for _ in range(8)], size=1)
    team = replies(*[[(1, 0, 1), (0, 1, 0), *rest] for _ in range(8)], size=8)

    of_alone, of_team = (
        {one.key: one for one in fit_forgetting(each, SHARES)} for each in (alone, team)
    )

    assert of_alone["reports_late"].value == pytest.approx((8 + 0.8) / (12 + 4))
    assert of_team["reports_late"].value == pytest.approx((8 + 0.8) / (88 + 4))
    assert of_alone["recalls"].count == of_team["recalls"].count == 8


def test_a_reply_that_writes_nothing_does_not_count() -> None:
    """Nor are ten claims of work done before enough to say anything."""
    claims_only = replies([(1, 0, 0), (0, 1, 0)] * 10, size=3)

    assert "reports_late" not in {one.key for one in fit_forgetting(claims_only, SHARES)}
