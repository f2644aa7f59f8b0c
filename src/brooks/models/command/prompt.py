"""What a coding agent on the command line is told: one text, whatever the conversation was.

An agent starts anew for each request, in a folder that already holds what it wrote before and what
others have since committed. So of the conversation it needs the task, and from the second request
on what came of its attempt; its earlier words and calls it need not see.
"""

from brooks.models.base import Answered, Outcome, Request, Returned, Said

CLOSING = """\
You work on the project in the current folder, with your own tools: where the text above names tools
(write_file, complete and so on), those are not yours and you need not call them. Edit the files in
place. Work only on the tasks given above. Do not commit, and do not change anything outside this
folder. When the work is done, just finish: every file you changed is taken over, and the checks run
then."""


def prompt_text(request: Request) -> str:
    """Everything a coding agent is told for a request."""
    said = [item.text.strip() for item in request.conversation if isinstance(item, Said)]
    failed = _what_failed(request)
    if failed:
        said.append(
            "You have tried before in this turn, and the folder holds what is left of that. "
            "It was not enough:\n\n" + "\n\n".join(failed)
        )
    return "\n\n".join((*said, CLOSING)) + "\n"


def _what_failed(request: Request) -> list[str]:
    """What went wrong with the calls of the last reply, each with the call it was."""
    names: dict[str, str] = {}
    failed: list[Outcome] = []
    for item in request.conversation:
        if isinstance(item, Answered):
            failed = []
            names = {
                call.id: str(call.arguments.get("task") or call.arguments.get("path") or call.name)
                for call in item.reply.calls
            }
        elif isinstance(item, Returned):
            failed = [outcome for outcome in item.outcomes if not outcome.ok]
    return [f"{names.get(one.call, 'one call')}: {one.text.strip()}" for one in failed]
