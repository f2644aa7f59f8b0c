"""What a page that is served says and a page in a file does not: who writes the run just now."""

import msgspec

from brooks.core.state import Phase
from brooks.report.page.contents import Fact, Page
from brooks.report.serving.feeding import Followed


def with_writer(page: Page, found: Followed) -> Page:
    """The page, with whether a process works on the run as its first fact."""
    return msgspec.structs.replace(page, facts=(_writer(found), *page.facts))


def _writer(found: Followed) -> Fact:
    text, says = _now(found)
    return Fact(name="writer", label="now", value=None, text=text, says=says)


def _now(found: Followed) -> tuple[str, str]:
    if found.state.phase is Phase.FINISHED:
        return "finished", "The run has ended. Nothing more comes unless it is resumed."
    if found.writer is None:
        run = found.folder.id
        return (
            "nobody writes this run",
            f"It stopped before its end: `brooks resume {run}` goes on with it, and so does this page.",
        )
    process = f" (process {found.writer})" if found.writer else ""
    return "paused" if found.state.phase is Phase.PAUSED else "running", (
        f"A process works on the run{process}; this page follows."
    )
