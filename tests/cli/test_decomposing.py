"""`brooks decompose`: a scripted model drafts, and whatever goes wrong leaves no half-made file."""

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from tests.cli.conftest import Said

from brooks.cli.decomposing import decompose_command
from brooks.cli.entry import LazyGroup
from brooks.spec.load import load_tasks

GOOD = """\
check: python -m pytest -q
tasks:
  - id: one
    description: Write one.py.
    files: [one.py, tests/test_one.py]
    check: python -m pytest -q tests/test_one.py
  - id: two
    files: [two.py]
    check: test -f two.py
  - id: both
    depends_on: [one, two]
    files: [both.py]
"""
BAD = "tasks: [{id: a, depends_on: [b]}]"
LOOK = {"calls": [{"name": "read_file", "arguments": {"path": "README.md"}}]}
KEY = "sk-very-secret-0123456789"


class Alone(LazyGroup):
    """The command line with this one command, so that its errors end as they do there."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give it, whatever the name is."""
        return decompose_command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take the first word for its name."""
        return args[0], decompose_command, args[1:]


def decompose(*words: str | Path, typed: bytes = b"", **environment: str) -> Said:
    """Call the command; a traceback in what it says fails the test."""
    group = Alone(name="brooks", context_settings={"auto_envvar_prefix": "BROOKS"})
    found = CliRunner().invoke(group, ["decompose", *map(str, words)], input=typed, env=environment)
    assert "Traceback" not in found.output
    return Said(found.exit_code, found.stdout, found.stderr)


def submits(text: str) -> dict[str, Any]:
    return {"calls": [{"name": "submit_tasks", "arguments": {"yaml": text}}]}


def script(*replies: dict[str, Any]) -> str:
    """A model that gives these replies."""
    Path("script.json").write_text(json.dumps({"replies": {"decompose": replies}}))
    return "scripted:script.json"


@pytest.fixture(autouse=True)
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project in the folder the user is in."""
    monkeypatch.chdir(tmp_path)
    repo = tmp_path / "repo"
    (repo / "tests").mkdir(parents=True)
    (repo / "README.md").write_text("# A project\n")
    return repo


def names(folder: Path = Path()) -> set[str]:
    """What is in a folder, the script and the project aside."""
    return {path.name for path in folder.iterdir()} - {"repo", "script.json"}


def test_a_draft_is_written_for_a_person_to_edit(repo: Path) -> None:
    """The model looks, submits something wrong, mends it."""
    model = script(LOOK, submits(BAD), submits(GOOD))

    said = decompose("Make one and two", "--repo", "repo", "-m", model)

    assert said.code == 0, said.err
    text = Path("tasks.yaml").read_text()
    assert text.startswith(
        "# A draft by scripted:script.json, for the goal:\n#   Make one and two\n"
    )
    file = load_tasks(Path("tasks.yaml"))
    assert file.workspace == repo.resolve()
    assert [task.id for task in file.tasks] == ["one", "two", "both"]
    assert said.out.splitlines() == [
        "tasks.yaml: 3 tasks (2 with a check), at most 2 side by side; work 3, span 2",
        "  note: the check file 'tests/test_one.py' is not there yet: task 'one' writes it",
        "read and edit it, above all each check, which is a command that will be run; then",
        "  brooks validate tasks.yaml",
        "  brooks run tasks.yaml -m scripted:script.json",
    ]
    assert "read_file 'README.md'" in said.err
    assert "draft 1 of at most 5 is not valid: tasks.yaml:1: tasks[0].depends_on[0]" in said.err
    assert "3 replies to 3 attempts: " in said.err
    assert names() == {"tasks.yaml"}
    assert sorted(path.name for path in repo.rglob("*")) == ["README.md", "tests"]


def test_json_says_the_same(repo: Path) -> None:
    """One document, and no progress when that is asked for."""
    said = decompose("Do it", "--repo", repo, "-m", script(submits(GOOD)), "--json", "-q")

    assert (said.code, said.err) == (0, "")
    assert {key: said.json[key] for key in ("file", "ending", "tasks", "with_check", "width")} == {
        "file": "tasks.yaml",
        "ending": "drafted",
        "tasks": 3,
        "with_check": 2,
        "width": 2,
    }
    assert (said.json["requests"], said.json["drafts"], said.json["dollars"]) == (1, 1, None)


def test_standard_output_gets_the_file_alone(repo: Path) -> None:
    """So that it can be piped; with --json it is in the document."""
    model = script(submits(GOOD))

    said = decompose("Do it", "--repo", repo, "-m", model, "-o", "-")
    in_json = decompose("Do it", "--repo", repo, "-m", model, "-o", "-", "--json")

    assert said.out.startswith("# A draft by")
    assert said.out.endswith("files: [both.py]\n")
    assert "brooks validate tasks.yaml" in said.err
    assert in_json.json["text"] == said.out
    assert names() == set()


@pytest.mark.parametrize("given", ["@goal.txt", "-"])
def test_a_goal_may_come_from_elsewhere(repo: Path, given: str) -> None:
    """A file, or standard input."""
    Path("goal.txt").write_text("A long goal\nof two lines\n")

    said = decompose(
        *(given, "--repo", repo, "-m", script(submits(GOOD)), "-o", "-"),
        typed=Path("goal.txt").read_bytes(),
    )

    assert "#   A long goal of two lines\n" in said.out


def test_the_environment_gives_options(repo: Path) -> None:
    """As everywhere."""
    said = decompose(
        "Do it",
        BROOKS_DECOMPOSE_REPO=str(repo),
        BROOKS_DECOMPOSE_MODEL=script(submits(GOOD)),
        BROOKS_DECOMPOSE_MAX_TASKS="2",
    )

    assert said.code == 1
    assert "3 tasks are too many: 2 is the most" in said.err


MISTAKES = {
    ("Do it",): "no model is named: pass -m MODEL",
    ("Do it", "-m", "sim:typical"): "a simulated model has no mind",
    ("Do it", "-m", "recorded:latest"): "answers nothing but its own requests",
    ("Do it", "-m", "command:claude"): "writes files, and a draft is not one of them",
    ("Do it", "-m", "gpt-9"): "there is no model 'gpt-9'",
    ("Do it", "-m", "scripted:none.json"): "there is no script 'none.json'",
    ("Do it", "-m", "scripted:script.json", "--budget", "1"): "so --budget cannot hold",
    ("Do it", "-m", "scripted:script.json", "--budget", "0"): "not in the range",
    ("Do it", "-m", "scripted:script.json", "--max-tasks", "0"): "not in the range",
    ("Do it", "-m", "scripted:script.json", "--repo", "none"): "'none' does not exist",
    ("Do it", "-m", "scripted:script.json", "--repo", "mine.yaml"): "is not a folder",
    ("Do it", "-m", "scripted:script.json", "-o", "mine.yaml"): "'mine.yaml' is there already",
    ("Do it", "-m", "scripted:script.json", "-o", "repo"): "'repo' is a folder",
    ("Do it", "-m", "scripted:script.json", "-o", "none/a.yaml"): "there is no folder 'none'",
    ("Do it", "-m", "scripted:script.json", "-o", "a.json"): "says JSON",
    (" ", "-m", "scripted:script.json"): "the goal is empty",
    ("-", "-m", "scripted:script.json"): "the goal is empty",
    ("@none", "-m", "scripted:script.json"): "there is no file 'none' with the goal",
    ("@bytes", "-m", "scripted:script.json"): "is not UTF-8",
    ("x" * 50_001, "-m", "scripted:script.json"): "50,000 is the most",
}


@pytest.mark.parametrize(
    ("words", "expected"), MISTAKES.items(), ids=lambda words: " ".join(words)[:60]
)
def test_a_mistake_is_explained_before_anything_is_asked(
    words: tuple[str, ...], expected: str
) -> None:
    """Nothing is written and nothing that was there is changed."""
    script(submits(GOOD))
    Path("mine.yaml").write_text("mine")
    Path("bytes").write_bytes(b"\xff")

    said = decompose(*words)

    assert said.code == 2
    assert said.err.startswith("error: ")
    assert expected in said.err
    assert said.out == ""
    assert Path("mine.yaml").read_text() == "mine"
    assert names() == {"mine.yaml", "bytes"}


def test_force_writes_over_a_file(repo: Path) -> None:
    """The user said so."""
    Path("tasks.yaml").write_text("mine")

    said = decompose("Do it", "--repo", repo, "-m", script(submits(GOOD)), "--force")

    assert said.code == 0
    assert len(load_tasks(Path("tasks.yaml")).tasks) == 3


def test_without_a_valid_draft_the_last_one_is_kept_aside(repo: Path) -> None:
    """Five tries, and nothing under the name that was asked for."""
    said = decompose("Do it", "--repo", repo, "-m", script(*[submits(BAD)] * 5), "--json", "-q")

    assert said.code == 1
    error, problem, kept = said.err.splitlines()
    assert error == (
        "error: no draft was written: 5 drafts were not valid: mend it by hand, or ask for less or "
        "another model"
    )
    assert problem.startswith("  tasks.yaml:1: tasks[0].depends_on[0]: there is no task 'b'")
    assert kept == "  the last draft is kept in 'tasks.yaml.rejected'"
    assert (said.json["ending"], said.json["rejected"]) == ("rejected", "tasks.yaml.rejected")
    assert len(said.json["problems"]) == 1
    assert Path("tasks.yaml.rejected").read_text() == BAD
    assert names() == {"tasks.yaml.rejected"}


ENDINGS = {
    "words": ([{"text": "a plan"}] * 3, "called no tool in 3 replies in a row"),
    "looks": ([LOOK] * 4, "there was no draft after 4 requests: raise --max-requests"),
    "error": ([{"error": "the server\x1b[2J is gone"}], "does not answer: the server?[2J is gone"),
    "nothing": ([], "there is no reply number 0 for the task 'decompose'"),
}


@pytest.mark.parametrize(("replies", "expected"), ENDINGS.values(), ids=ENDINGS)
def test_a_model_that_brings_nothing_is_told_of(
    repo: Path, replies: list[dict[str, Any]], expected: str
) -> None:
    """And leaves nothing behind."""
    model = script(*replies)

    said = decompose("Do it", "--repo", repo, "-m", model, "--max-requests", "4")

    assert said.code == 1
    assert expected in said.err
    assert names() == set()


@pytest.mark.slow
def test_a_budget_too_small_for_one_request_asks_nothing(repo: Path) -> None:
    """The price is known, so it is known beforehand; no test may reach the provider."""
    pytest.importorskip("pydantic_ai", reason="it comes with the extras of the providers")
    said = decompose(
        *("Do it", "--repo", repo, "-m", "openai:gpt-4o", "--budget", "0.0001", "--json"),
        OPENAI_API_KEY=KEY,
    )

    assert said.code == 3
    assert "the budget is reached: $0 of $0.0001 may be spent" in said.err
    assert (said.json["ending"], said.json["attempts"], said.json["dollars"]) == ("budget", 0, 0.0)
    assert names() == set()


def test_keys_go_nowhere(repo: Path) -> None:
    """Not from the project to the model, not from the goal or the model into any file or message."""
    (repo / "key.txt").write_text(KEY)
    draft = GOOD.replace("Write one.py.", f"Use {KEY}")
    looks = {"calls": [{"name": "read_file", "arguments": {"path": "key.txt"}}]}
    bad = submits(f"tasks:\n- id: a\n  {KEY}: x\n")

    said = decompose(
        *(f"Use {KEY}", "--repo", repo, "-m", script(looks, bad, submits(draft)), "--json"),
        OPENAI_API_KEY=KEY,
    )

    assert said.code == 0, said.err
    written = Path("tasks.yaml").read_text()
    assert KEY not in said.out + said.err + written
    assert "#   Use [redacted:OPENAI_API_KEY]" in written
    assert "description: Use [redacted:OPENAI_API_KEY]" in written
    assert "may look at 1 file of" in said.err


@contextmanager
def a_server(text: str, *, meanwhile: Callable[[], object] = lambda: None) -> Iterator[str]:
    """A model server on this machine that is busy at first and then submits a text."""
    left = [503, 200, 200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            status = left.pop(0)
            if status == 200:
                meanwhile()
            call = {"name": "submit_tasks", "arguments": json.dumps({"yaml": text})}
            message = {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "1", "type": "function", "function": call}],
            }
            body = {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
                "usage": {"prompt_tokens": 900, "completion_tokens": 90, "total_tokens": 990},
            }
            data = json.dumps(body if status == 200 else {"error": {"message": "busy"}}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.send_header("retry-after", "0")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *arguments: object) -> None:
            """A client that was interrupted does not wait for its answer."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.slow
def test_a_real_client_drafts_and_is_patient(repo: Path) -> None:
    """Over the wire: a busy server is asked again, and what is said is what was used."""
    pytest.importorskip("pydantic_ai", reason="it comes with the extras of the providers")
    with a_server(GOOD) as url:
        said = decompose("Do it", "--repo", repo, "-m", "vllm:m", "--json", VLLM_BASE_URL=url)

    assert said.code == 0, said.err
    assert (said.json["attempts"], said.json["requests"]) == (2, 1)
    assert (said.json["input_tokens"], said.json["output_tokens"]) == (900, 90)
    assert "attempt 1 failed: " in said.err
    assert len(load_tasks(Path("tasks.yaml")).tasks) == 3


@pytest.mark.slow
def test_a_file_that_comes_meanwhile_stays(repo: Path) -> None:
    """The draft was paid for, so it is kept beside it."""
    pytest.importorskip("pydantic_ai", reason="it comes with the extras of the providers")

    def meanwhile() -> None:
        Path("tasks.yaml").write_text("mine")

    with a_server(GOOD, meanwhile=meanwhile) as url:
        said = decompose("Do it", "--repo", repo, "-m", "vllm:m", VLLM_BASE_URL=url)

    assert said.code == 2
    assert "note: the draft is kept in 'tasks.yaml.rejected'" in said.err
    assert "'tasks.yaml' is there already" in said.err
    assert Path("tasks.yaml").read_text() == "mine"
    assert Path("tasks.yaml.rejected").read_text() == GOOD
    assert names() == {"tasks.yaml", "tasks.yaml.rejected"}


@pytest.mark.slow
def test_an_interrupt_leaves_nothing(repo: Path) -> None:
    """Ctrl-C while the model thinks."""
    pytest.importorskip("pydantic_ai", reason="it comes with the extras of the providers")
    main = threading.main_thread().ident
    assert main is not None

    def meanwhile() -> None:
        signal.pthread_kill(main, signal.SIGINT)

    with a_server(GOOD, meanwhile=meanwhile) as url:
        said = decompose("Do it", "--repo", repo, "-m", "vllm:m", VLLM_BASE_URL=url)

    assert said.code == 130
    assert said.err.endswith("interrupted\n")
    assert "0 replies to 2 attempts" in said.err
    assert names() == set()
