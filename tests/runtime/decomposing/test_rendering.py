"""Whatever a draft says, its file says the same, and looks as a person would write it."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from brooks.core.graph import TaskGraph
from brooks.core.spec import Task
from brooks.ids import TaskId
from brooks.runtime.decomposing import Draft, Head
from brooks.runtime.decomposing.rendering import LONG, one_line, render
from brooks.spec.yaml_reader import read_yaml

HEAD = Head(model="openai:gpt", goal="make it better", file="tasks.yaml")

# What the loader takes: everything but control characters and halves of characters.
CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t\x85")
WORDS = st.sampled_from(["no", "1e5", ".5e3", "0x1f", "12:30", "~", "- a", "a: b", "# c", "'", '"'])
TEXTS = st.one_of(
    WORDS,
    st.text(CHARACTERS, max_size=40),
    st.lists(WORDS, min_size=20, max_size=40).map(" ".join),
    st.lists(st.text(CHARACTERS, max_size=12), max_size=30).map(" ".join),
    st.lists(st.text(CHARACTERS, max_size=12), max_size=8).map("\n".join),
)


def a_draft(*tasks: Task, project: str | None = None) -> Draft:
    return Draft(
        project=project,
        workspace=Path("/somewhere/project"),
        check=None,
        tasks=tasks,
        graph=TaskGraph(),
        notes=(),
    )


@example(
    text="    " + "0 " * 50 + "0", effort=1.0
)  # broken lines that begin with a space stay broken
@given(text=TEXTS, effort=st.floats(min_value=1e-9, max_value=1e9))
def test_what_is_written_reads_the_same(text: str, effort: float) -> None:
    """Texts that look like numbers, lists or comments, with any spaces and breaks in them."""
    task = Task(
        id=TaskId(text),
        title=text,
        description=text,
        depends_on=(TaskId(text),),
        files=(text, text),
        check=text,
        effort=effort,
    )

    written = render(a_draft(task, project=text), HEAD, folder=Path("/somewhere"))
    read = read_yaml(written, "tasks.yaml").data

    assert isinstance(read, dict)
    found = read["tasks"][0]
    assert found["id"] == text
    assert (found.get("title", ""), found.get("description", "")) == (text, text)
    assert (found["depends_on"], found["files"]) == ([text], [text, text])
    assert found["check"] == text
    assert found.get("effort", 1.0) == effort
    assert (read.get("project", ""), read["workspace"]) == (text, "project")


def test_a_file_looks_as_a_person_would_write_it() -> None:
    """Prose and long commands in blocks, lists in rows, an empty line between tasks."""
    command = "python -c '" + "x = 1; " * 12 + "'"
    draft = a_draft(
        Task(id=TaskId("a"), description="One line.\n  Another.\n", files=("a.py", "b.py")),
        Task(id=TaskId("b"), depends_on=(TaskId("a"),), check=command, effort=2.0),
        project="my project",
    )

    written = render(draft, HEAD, folder=Path("/somewhere/else"))

    assert len(command) > LONG
    assert written.partition("\n\n")[2] == (
        "project: my project\n"
        "workspace: ../project\n"
        "\n"
        "tasks:\n"
        "  - id: a\n"
        "    description: |\n"
        "      One line.\n"
        "        Another.\n"
        "    files: [a.py, b.py]\n"
        "\n"
        "  - id: b\n"
        "    depends_on: [a]\n"
        "    check: |-\n"
        f"      {command}\n"
        "    effort: 2\n"
    )


def test_the_goal_cannot_leave_its_comment() -> None:
    """A goal with line breaks, of any kind and any length."""
    head = HEAD._replace(goal="first\nmodel: evil\r\x85\u2028team: evil\x1b[2J" + "!" * 9999)

    written = render(a_draft(Task(id=TaskId("a"))), head, folder=Path("/somewhere"))

    above = written.partition("\n\n")[0].split("\n")
    assert all(line.startswith("# ") and len(line) < 250 for line in above)
    assert above[1].startswith("#   first model: evil team: evil [2J!!!")


def test_a_line_is_one_line() -> None:
    """Nothing that a terminal obeys is left."""
    assert one_line("  a \t b\x1b\u202e\nc ") == "a b c"
    assert one_line("  a \t b", keep_indent=True) == "  a b"
