"""What a model is told when its reply was of no use, or not all there."""

from brooks.models.base import Reply, Said, StopReason
from brooks.runtime.prompting.templating import Templates


def answer_to(reply: Reply, templates: Templates) -> Said | None:
    """What to say after a reply, and after the outcomes of its calls; None if nothing is amiss.

    A call that cannot be carried out is answered by its own outcome.
    """
    name = _what_is_amiss(reply)
    return None if name is None else Said(role="user", text=templates.fill(name))


def _what_is_amiss(reply: Reply) -> str | None:
    if reply.stop is StopReason.LENGTH:
        return "cut_off"
    if reply.calls:
        return None
    return "refused" if reply.stop is StopReason.REFUSED else "no_call"
