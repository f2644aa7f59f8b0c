"""A model drafts the task file of a goal: it looks at the project, submits a draft, mends what is wrong.

Nothing is run and nothing in the project is written. What comes out is for a person to edit.
"""

from brooks.runtime.decomposing.conversation import Conversation, Ending, Limits, Result
from brooks.runtime.decomposing.judging import Draft, DraftRefused, judge
from brooks.runtime.decomposing.meter import BudgetReached, Meter
from brooks.runtime.decomposing.placing import Place, keep_rejected, render_for_reading
from brooks.runtime.decomposing.rendering import Head
from brooks.runtime.decomposing.repository import Repository

__all__ = [
    "BudgetReached",
    "Conversation",
    "Draft",
    "DraftRefused",
    "Ending",
    "Head",
    "Limits",
    "Meter",
    "Place",
    "Repository",
    "Result",
    "judge",
    "keep_rejected",
    "render_for_reading",
]
