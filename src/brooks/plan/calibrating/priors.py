"""What a profile says where the runs it is fitted to do not show it.

Each is a round number for models in general, chosen before any comparison and the same for every model.
"""

from brooks.plan.calibrating.estimate import Prior

USUAL = {
    "chained_load": 0.75, "chosen_load": 0.5, "reports_late": 0.2, "recalls": 0.8, "unreported": 0.3,
    "rewrites": 0.6, "runs_tests": 0.65,
}  # fmt: skip
"""What each fitted probability usually is."""
PULL = 4.0
"""Cases by which what is usual counts."""
PULL_OF = {"chosen_load": 1.0}
"""The same of a key that lies at one end or the other, so that its middle says little (Jeffreys' prior)."""
PULL_OF_LIKE = 20.0
"""The same where it was measured for the same model."""
PULL_OF_LIKE_OF = {"reports_late": 4.0}
"""The same of a key in which projects of one model differ much: 0.00, 0.23 and 0.41 of one."""

GENERIC = (
    Prior(key="mistake", value=0.1, why="logs without a check of each task do not show what was wrong"),
    Prior(key="repair", value=0.75, why="logs without a check of each task do not show what was mended"),
    Prior(key="stall", value=4e-4, why="hangs are rarer than the replies at hand show"),
    Prior(key="stall_seconds", value=400.0, why="too few replies hung"),
    Prior(key="whole_load", value=0.95, why="an agent whose tasks wait for nothing does them at once"),
    Prior(key="chained_load", value=0.75, why="no agent that was dealt a chain"),
    Prior(key="chosen_load", value=0.5, why="no agent that chose its tasks"),
    Prior(key="catches_up", value=0.04, why="one in 25 replies of those who went one by one"),
    Prior(key="pace_sigma", value=0.18, why="0.16 to 0.24 in all models that were measured"),
    Prior(key="waits_first", value=0.01, why="rare in all runs that were measured"),
    Prior(key="orphaned", value=0.0, why="claims that are reported late and then forgotten stand for it"),
    Prior(key="reports_late", value=0.2, why="no agent that chose its tasks"),
    Prior(key="recalls", value=0.8, why="no claim that was reported late"),
    Prior(key="overhead_sigma", value=0.65, why="0.6 to 0.7 in all models that were measured"),
    Prior(key="runs_tests", value=0.65, why="no reply of a team without leases"),
    Prior(key="unreported", value=0.2, why="no reply that was cut off"),
    Prior(key="rewrites", value=0.6, why="no files that were written and not reported"),
    Prior(key="thinking_tokens", value=60.0, why="no run that says its tokens"),
    Prior(key="idle_seconds", value=2.5, why="no reply without a file"),
)  # fmt: skip
