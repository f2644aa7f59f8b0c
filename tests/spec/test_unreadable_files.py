"""What a user is told about a file that is no YAML, no JSON, or no file at all."""

import json
import sys
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from brooks.errors import OutsideError, UsageError
from brooks.spec.files import LARGEST
from brooks.spec.load import load_tasks

WRONG_YAML = {
    "YAML that ends too soon": (
        "tasks:\n  - {id: a\n",
        (
            "3: this is not valid YAML: did not find expected ',' or '}' while parsing a flow "
            "mapping that begins on line 2 (column 1): "
            "look at the indentation, quotes and colons there"
        ),
    ),
    "YAML with a colon too many": (
        "tasks:\n  - id: a: b\n",
        (
            "2: this is not valid YAML: mapping values are not allowed in this "
            "context (column 10): look at the indentation, quotes and colons there"
        ),
    ),
    "YAML with tabs": (
        "tasks:\n\t- id: a\n",
        (
            "2: this is not valid YAML: found character that cannot start any token (column 1): "
            "indent with spaces, not with tabs"
        ),
    ),
    "an alias": (
        "tasks:\n  - &x {id: a}\n  - *x\n",
        "3: the alias '*x' is not taken: write the value out again here",
    ),
    "a tag": (
        "tasks: !!python/name:os.system\n",
        "1: the tag 'tag:yaml.org,2002:python/name:os.system' is not taken: write the plain value",
    ),
    "a tag of a list": (
        "tasks: !!set [{id: a}]\n",
        "1: the tag 'tag:yaml.org,2002:set' is not taken: write the plain value",
    ),
    "two documents": (
        "tasks: [{id: a}]\n---\ntasks: []\n",
        "2: a second document begins here: keep one to a file, without a '---' between",
    ),
    "a list for a key": (
        "? [a]\n: b\n",
        "1: a key is a list or mapping: make it plain text",
    ),
    "a control character": (
        "tasks:\n  - id: a\x01\n",
        (
            "2: the character '\\x01' may not stand in YAML: take it out, "
            'or write it as an escape in a "quoted" value'
        ),
    ),
    "an escaped NUL": (
        'tasks:\n  - id: a\n    check: "x\\0y"\n',
        "3: 'x\\x00y' holds half a character or a NUL, by an escape: take it out",
    ),
    "values in values without end": (
        "tasks:\n  " + "[" * 100_000,
        "2: values lie more than 32 deep in one another: a task file needs 5 levels at most",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG_YAML.values(), ids=WRONG_YAML.keys())
def test_yaml_that_is_not_taken_is_answered_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    """The file breaks YAML's own rules, or uses a part of it that task files do without."""
    path = tmp_path / "tasks.yaml"
    path.write_text(text)

    with pytest.raises(UsageError) as raised:
        load_tasks(path)

    assert str(raised.value) == f"{path}:{message}"


WRONG_JSON = {
    "a comma too few": (
        '{\n  "tasks": [\n    {"id": "a"}\n  {"id": "b"}]\n}',
        "4: this is not valid JSON: Expecting ',' delimiter (column 3): look at the commas, ",
    ),
    "a tab and a type": (
        '{\n\t"tasks": [\n\t\t{"id": "a", "effort": "1"}]}',
        "3: tasks[0].effort: '1' is not a number: write one such as 1.5",
    ),
    "a bare list": ('[\n{"id": "a"},\n{}]', "3: [1]: 'id' is missing: add it"),
    "a key twice": (
        '{"tasks": [{"id": "a"}],\n"tasks": [{"id": "b"}]}',
        "2: tasks: the key 'tasks' is already on line 1: keep one of the two",
    ),
    "NaN": (
        '{"tasks": [{"id": "NaN",\n "effort": NaN}]}',
        "2: 'NaN' is not JSON: write a number",
    ),
    "a number without end": (
        '{"tasks": [{"id": "a", "effort": 1e999}]}',
        "1: tasks[0].effort: inf is not finite: write a plain number",
    ),
    "a number of 5,000 digits": (
        '{"tasks": [{"id": "a",\n"effort": ' + "9" * 5000 + "}]}",
        "2: tasks[0].effort: inf is not finite: write a plain number",
    ),
    "half a character": (
        '{"tasks": [{"id":\n"\\ud83d"}]}',
        "2: '\\ud83d' holds half a character or a NUL, by an escape: take it out",
    ),
    "deep lists": ("[" * 20 + "\n" + "[" * 20 + "]" * 40, "2: values lie more than 32 deep"),
}


@pytest.mark.parametrize(("text", "message"), WRONG_JSON.values(), ids=WRONG_JSON.keys())
def test_a_wrong_json_file_is_answered_with_its_line_too(
    tmp_path: Path, text: str, message: str
) -> None:
    """JSON may be indented with tabs and hold escapes; the lines are right all the same."""
    path = tmp_path / "tasks.json"
    path.write_text(text)

    with pytest.raises(UsageError) as raised:
        load_tasks(path)

    assert str(raised.value).startswith(f"{path}:{message}")


def test_json_nested_beyond_the_interpreters_own_limit_is_refused(tmp_path: Path) -> None:
    """A hundred thousand brackets must end in a sentence, not in a crash."""
    path = tmp_path / "tasks.json"
    path.write_text("[" * 100_000)

    with pytest.raises(UsageError, match="values lie more than 32 deep in one another"):
        load_tasks(path)


def test_an_empty_file_is_answered(tmp_path: Path) -> None:
    """An editor has saved nothing yet, or comments only."""
    path = tmp_path / "tasks.yaml"
    path.write_text("# to come\n")

    with pytest.raises(UsageError) as raised:
        load_tasks(path)

    assert str(raised.value) == f"{path}: the file is empty: write 'tasks:' and a list of tasks"


def test_a_file_that_is_not_utf8_names_the_line_and_byte(tmp_path: Path) -> None:
    """An old editor has saved an `é` in Latin-1."""
    path = tmp_path / "tasks.yaml"
    path.write_bytes(b"tasks:\n  - id: caf\xe9\n")

    with pytest.raises(UsageError) as raised:
        load_tasks(path)

    assert str(raised.value) == f"{path}:2: the byte b'\\xe9' is not UTF-8: save the file as UTF-8"


def test_a_file_that_is_not_there_is_guessed_at(tmp_path: Path) -> None:
    """A user types `task.yaml` where `tasks.yaml` is."""
    (tmp_path / "tasks.yaml").write_text("tasks: [{id: a}]\n")

    with pytest.raises(UsageError) as raised:
        load_tasks(tmp_path / "task.yaml")

    assert str(raised.value) == (
        f"there is no task file '{tmp_path}/task.yaml': did you mean '{tmp_path}/tasks.yaml'?"
    )


@pytest.mark.parametrize(
    ("inside", "advice"),
    [
        (["tasks.yaml", "a.yaml"], "name '{folder}/tasks.yaml'"),
        (["work.json"], "name '{folder}/work.json'"),
        ([], "name the file in it"),
    ],
)
def test_a_folder_is_answered_with_the_file_in_it(
    tmp_path: Path, inside: list[str], advice: str
) -> None:
    """A user names the project's folder instead of the task file."""
    for name in inside:
        (tmp_path / name).touch()

    with pytest.raises(UsageError) as raised:
        load_tasks(tmp_path)

    assert str(raised.value) == (
        f"'{tmp_path}' is a folder and no task file: {advice}".replace("{folder}", str(tmp_path))
    )


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    """A user names the wrong file: a disk image, say."""
    path = tmp_path / "tasks.yaml"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)

    with pytest.raises(
        UsageError, match=r"the file is larger than 32 MiB: is this the task file\?"
    ):
        load_tasks(path)


@pytest.mark.skipif(sys.platform != "linux", reason="the file that cannot be read is Linux's")
def test_a_file_that_cannot_be_read_is_not_the_users_fault() -> None:
    """The file is there and the disk does not give it."""
    with pytest.raises(OutsideError, match="'/proc/self/mem' cannot be read: Input/output error"):
        load_tasks(Path("/proc/self/mem"))


def test_a_workspace_that_cannot_be_read_is_not_the_users_fault(tmp_path: Path) -> None:
    """The workspace is a link that leads to itself."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    path = tmp_path / "tasks.yaml"
    path.write_text("workspace: loop\ntasks: [{id: a}]\n")

    with pytest.raises(OutsideError, match=r"tasks.yaml:1: workspace: the folder 'loop' .* cannot"):
        load_tasks(path)


KEYS = st.sampled_from(
    ["tasks", "id", "needs", "files", "check", "effort", "solution", "team", "members", "faults",
     "agents", "budget", "size", "workspace", "kind", "part", "status", "x"]
) | st.text(max_size=5)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5)
)
TASKS = st.lists(st.dictionaries(KEYS, VALUES, max_size=5), max_size=3)


@pytest.mark.slow
@given(
    text=st.text(max_size=40)
    | st.builds(json.dumps, VALUES)
    | st.builds(lambda header, tasks: json.dumps({**header, "tasks": tasks}),
                st.dictionaries(KEYS, VALUES, max_size=3), TASKS),
    name=st.sampled_from(["tasks.json", "tasks.yaml"]),
)  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_file_the_answer_is_a_sentence(
    tmp_path: Path, text: str, name: str
) -> None:
    """Any text and any values are either read or refused by name; nothing else is ever raised."""
    path = tmp_path / name
    path.write_bytes(text.encode(errors="surrogatepass"))

    try:
        load_tasks(path)
    except UsageError as refusal:
        answer = str(refusal)
    else:
        answer = f"{path}"

    assert answer.startswith(str(path))
