"""What models are told: the first messages of a turn, answers to useless replies, long talks made short."""

from brooks.runtime.prompting.answering import answer_to
from brooks.runtime.prompting.compacting import compact, is_note
from brooks.runtime.prompting.prompter import Prompter
from brooks.runtime.prompting.templating import PLACEHOLDERS, Placeholder, Templates

__all__ = [
    "PLACEHOLDERS",
    "Placeholder",
    "Prompter",
    "Templates",
    "answer_to",
    "compact",
    "is_note",
]
