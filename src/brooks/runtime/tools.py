"""The tools an agent is offered, and whether a call fits one of them.

Everything in a call comes from a model and is not trusted: names, arguments, paths and sizes. A
mistake is an answer that the agent can read and mend, never an exception.
"""

from collections.abc import Mapping
from typing import Any

from brooks.core.team_rules import Messaging, Topology
from brooks.models.base import Outcome, Parameter, Reply, Tool, ToolCall

_PATH = Parameter(name="path", description="path relative to the project")
_TASK = Parameter(name="task", description="id of the task")

TOOLS = (
    Tool(
        name="list_files",
        description="List the project's files.",
        parameters=(
            Parameter(name="folder", description="only files in this folder", required=False),
            Parameter(name="after", description="only paths after this one", required=False),
        ),
    ),
    Tool(
        name="read_file",
        description="Read a file, or some of its lines.",
        parameters=(
            _PATH,
            Parameter(name="from_line", description="first line", kind="integer", required=False),
            Parameter(name="to_line", description="last line", kind="integer", required=False),
        ),
    ),
    Tool(
        name="search",
        description="Find lines that contain a text, in all files or in one folder or file.",
        parameters=(
            Parameter(name="text", description="the text, taken literally"),
            Parameter(name="folder", description="only here", required=False),
            Parameter(name="after", description="only hits after this path:line", required=False),
        ),
    ),
    Tool(
        name="write_file",
        description="Write a whole file.",
        parameters=(
            _PATH,
            Parameter(name="content", description="the whole content"),
            Parameter(name="encoding", description="base64 for bytes", required=False),
            Parameter(name="executable", description="true or false", required=False),
        ),
    ),
    Tool(
        name="edit_file",
        description="Replace a piece of text that occurs exactly once in a file.",
        parameters=(
            _PATH,
            Parameter(name="old", description="the text that is there"),
            Parameter(name="new", description="the text to put in its place"),
        ),
    ),
    Tool(name="delete_file", description="Delete a file.", parameters=(_PATH,)),
    Tool(
        name="run_check",
        description="Try a task's check on the project with your files in it; nothing is merged.",
        parameters=(_TASK,),
    ),
    Tool(
        name="complete",
        description="Say that a task is finished; its check runs on the merged project.",
        parameters=(_TASK,),
    ),
    Tool(
        name="give_up",
        description="Hand a task back.",
        parameters=(_TASK, Parameter(name="reason", description="why it cannot be done")),
    ),
    Tool(name="see_board", description="See the team, its open tasks and who is at what."),
    Tool(name="read_mail", description="Read the messages that other agents sent you."),
    Tool(
        name="send_mail",
        description="Send a message to an agent, or to all.",
        parameters=(
            Parameter(name="to", description="the agent, or 'all'"),
            Parameter(name="text", description="the message"),
            Parameter(name="urgent", description="true or false", required=False),
        ),
    ),
    Tool(
        name="read_notes",
        description="List the notes that the team shares, or show one whole.",
        parameters=(
            Parameter(name="name", description="the note to show", required=False),
            Parameter(name="search", description="only notes with this text", required=False),
        ),
    ),
    Tool(
        name="write_note",
        description="Write a note for the whole team: a new one, or a new version.",
        parameters=(
            Parameter(name="name", description="a short name"),
            Parameter(name="text", description="the whole text"),
            Parameter(
                name="version",
                description="the version you read, if there is one",
                kind="integer",
                required=False,
            ),
        ),
    ),
    Tool(
        name="propose_task",
        description="Add a task for work that you found and that is not yours.",
        parameters=(
            Parameter(name="id", description="a new id"),
            Parameter(name="description", description="what is to be done"),
            Parameter(name="title", description="a few words", required=False),
            Parameter(name="files", description="files it writes", kind="strings", required=False),
            Parameter(
                name="depends_on",
                description="tasks that must be done before",
                kind="strings",
                required=False,
            ),
            Parameter(
                name="check", description="command that exits 0 when it is done", required=False
            ),
        ),
    ),
    Tool(
        name="propose_dependency",
        description="Make a task wait for another one.",
        parameters=(_TASK, Parameter(name="on", description="id of the task to wait for")),
    ),
)

MAIL = frozenset({"read_mail", "send_mail"})
NOTES = frozenset({"read_notes", "write_note"})

MAX_SHOWN = 60_000
"""Characters of one answer that an agent is shown."""

_BY_NAME = {tool.name: tool for tool in TOOLS}


def offered(rules: Messaging) -> tuple[Tool, ...]:
    """The tools of a team with these rules: no mail where nobody may write, no notes where none are kept."""
    without: frozenset[str] = MAIL if rules.topology is Topology.NONE else frozenset()
    without |= frozenset() if rules.notes else NOTES
    return tuple(tool for tool in TOOLS if tool.name not in without)


def wrong_arguments(call: ToolCall, tools: Mapping[str, Tool] = _BY_NAME) -> str:
    """What is wrong with a call, for the agent to read; empty if one of these tools can carry it out."""
    tool = tools.get(call.name)
    if tool is None:
        return f"there is no tool {call.name[:100]!r}; there are {', '.join(tools)}"
    if call.broken:
        return f"the arguments of {call.name} cannot be read: {call.broken}"
    wrong = [one.name for one in tool.parameters if not _fits(call.arguments, one)]
    if wrong:
        kinds = {"string": "text", "integer": "a whole number", "strings": "a list of texts"}
        wanted = ", ".join(
            f"{one.name} as {kinds[one.kind]}" for one in tool.parameters if one.name in wrong
        )
        return f"{call.name} needs {wanted}"
    return ""


def is_usable(reply: Reply, tools: Mapping[str, Tool] = _BY_NAME) -> bool:
    """Whether any call of a reply can be carried out with these tools."""
    return any(not wrong_arguments(call, tools) for call in reply.calls)


def _fits(arguments: Mapping[str, Any], parameter: Parameter) -> bool:
    value = arguments.get(parameter.name)
    if value is None:
        return not parameter.required
    match parameter.kind:
        case "string":
            return isinstance(value, str)
        case "integer":
            return _whole_number(value) is not None
        case "strings":
            return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def text_argument(call: ToolCall, name: str) -> str:
    """An optional text; empty where it was not given."""
    value = call.arguments.get(name)
    return value if isinstance(value, str) else ""


def number_argument(call: ToolCall, name: str) -> int | None:
    """An optional whole number; None where it was not given."""
    return _whole_number(call.arguments.get(name))


def texts_argument(call: ToolCall, name: str) -> tuple[str, ...]:
    """An optional list of texts; empty where it was not given."""
    value = call.arguments.get(name)
    return tuple(value) if isinstance(value, list | tuple) else ()


def _whole_number(value: object) -> int | None:
    """Models write whole numbers as 3, 3.0 and "3"."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) < 16:
        try:
            return int(value)
        except ValueError:
            return None
    return None


def yes(call: ToolCall, text: str) -> Outcome:
    """The call did what it should."""
    return Outcome(call=call.id, ok=True, text=cut(text))


def no(call: ToolCall, text: str) -> Outcome:
    """The call came to nothing, and why."""
    return Outcome(call=call.id, ok=False, text=cut(text))


def cut(text: str) -> str:
    """The text in the size that an agent is shown."""
    if len(text) <= MAX_SHOWN:
        return text
    return f"{text[:MAX_SHOWN]}\n… cut: {len(text) - MAX_SHOWN} more characters"
