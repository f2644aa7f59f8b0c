"""A run in which everybody tells the keys: the agent, the check, the workspace. Nothing keeps them."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.secrets.kit import (
    CANARIES,
    DOTENV,
    ENVIRONMENT,
    KEY,
    Provider,
    all_files,
    forms,
    leaks,
    providing,
    reply,
)

from brooks.cli.entry import command_line
from brooks.log.sqlite import SqliteLog

TASKS = """\
project: keys
workspace: project
tasks:
  - id: one
    description: Write one.txt.
    files: [leak.py, one.txt]
    check: python leak.py && test -f one.txt
"""
RUN = ("run", "tasks.yaml", "-t", "single", "--run-id", "it", "-m", "openai:gpt-5.2")
TELLS_ALL = """\
import os, sys
told = [text[::-1] for text in {reversed!r}]
print(*told, *map("=".join, os.environ.items()), sep="\\n")
print("x" * {padding}, told[0], "y" * 100_000)
sys.exit({code})
"""


def tells_all(code: int) -> str:
    """A program that prints every key in every form, and its environment; in its text they are backwards."""
    told = [form[::-1] for key in CANARIES for form in forms(key)]
    printed = sum(map(len, told)) + len(told)
    return TELLS_ALL.format(reversed=told, padding=max(10, 4000 - printed), code=code)


def agents_replies() -> list[dict[str, object]]:
    """An agent that tells the keys wherever it can, and whose first attempt fails its check."""
    everything = "\n".join(form for key in CANARIES for form in forms(key))
    hidden = base64.b64encode(f"odd {everything}".encode()).decode()
    told = reply(
        everything,
        ("write_file", {"path": "leak.py", "content": tells_all(1)}),
        ("write_file", {"path": "one.txt", "content": everything}),
        ("write_file", {"path": "two.bin", "content": hidden, "encoding": "base64"}),
        ("write_file", {"path": f"{CANARIES[1]}.txt", "content": "named so"}),
        ("no_such_tool", {"any": everything, everything: 1}),
        ("complete", {"task": "one"}),
    )
    mended = reply(
        f"Here it is: {KEY}",
        ("write_file", {"path": "leak.py", "content": tells_all(0)}),
        ("write_file", {"path": "one.txt", "content": "done\n"}),
        ("complete", {"task": "one"}),
    )
    return [told, mended]


@dataclass
class World:
    """What is left of the run."""

    folder: Path
    provider: Provider
    code: int
    out: str
    err: str

    @property
    def log(self) -> Path:
        return self.folder / ".brooks" / "runs" / "it" / "run.db"


def project(folder: Path) -> None:
    """A project whose workspace holds the keys, in files and in `.env`."""
    (folder / "project").mkdir(parents=True)
    (folder / "project" / ".env").write_text(DOTENV)
    (folder / "project" / "settings.py").write_text(f"KEY = {KEY!r}\n")
    (folder / "project" / "wrapped.txt").write_text("\n".join(forms(CANARIES[1])[-3:]))
    (folder / "project" / "plain.txt").write_text("nothing to hide\n")
    (folder / ".env").write_text(DOTENV)
    (folder / "tasks.yaml").write_text(TASKS)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    project(folder)
    first, second = agents_replies()
    with providing((200, first), (200, second)) as provider:
        ended = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-m", "brooks", *RUN],
            cwd=folder,
            env={**os.environ, **ENVIRONMENT, "OPENAI_BASE_URL": provider.url, "BROOKS_DEBUG": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        yield World(folder, provider, ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.slow
def test_it_ended_well_and_something_was_taken_out(world: World) -> None:
    """Else the rest would show nothing."""
    assert world.code == 0, world.err
    with closing(SqliteLog.open_reader(world.log)) as log:
        kept = b"".join(map(log.blob, log.blob_hashes()))
    for name in (*ENVIRONMENT, "EXTRA_SECRET"):
        assert f"[redacted:{name}]".encode() in kept
    assert b"left out" in kept  # the check's output was cut
    assert len(world.provider.bodies) == 2


@pytest.mark.slow
def test_the_log_holds_no_key(world: World) -> None:
    """Neither its bytes on the disk nor what it gives out."""
    with closing(SqliteLog.open_reader(world.log)) as log:
        blobs = {blob: leaks(log.blob(blob)) for blob in log.blob_hashes()}
    assert not {blob: found for blob, found in blobs.items() if found}
    for name, data in all_files(world.log.parent).items():
        assert leaks(data) == [], name


@pytest.mark.slow
def test_no_prompt_holds_a_key(world: World) -> None:
    """What the agent said and what its check printed come back to it redacted."""
    for body in world.provider.bodies:
        assert leaks(json.dumps(json.loads(body), ensure_ascii=False)) == []
    assert b"[redacted:OPENAI_API_KEY]" in world.provider.bodies[1]


@pytest.mark.slow
def test_no_process_shows_a_key(world: World) -> None:
    """Neither on its command line nor, of those in which checks run, in its environment."""
    assert any(b"sandbox" in one for one in world.provider.processes)
    for one in world.provider.processes:
        assert leaks(one) == [], one[:200]


@pytest.mark.slow
def test_the_run_says_no_key_and_what_it_left_out(world: World) -> None:
    """The user is told of each file that agents do not get to see, and why."""
    assert leaks(world.out) == []
    assert leaks(world.err) == []
    assert "'settings.py' is left out of the run: it holds one of your keys" in world.err
    assert "'wrapped.txt' is left out of the run: it holds one of your keys" in world.err
    assert "'.env' is left out of the run: it may hold secrets" in world.err
    assert "plain.txt" not in world.err


@pytest.mark.slow
def test_what_is_written_back_holds_no_key(world: World) -> None:
    """The user's own files are left as they are."""
    files = all_files(world.folder / "project")
    own = {".env", "settings.py", "wrapped.txt"}

    assert files["settings.py"] == f"KEY = {KEY!r}\n".encode()
    assert [name for name, data in files.items() if leaks(data) and name not in own] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        "show it",
        "show it --json",
        "show it --events",
        "show it --events --json",
        "audit it",
        "audit it --json",
        "runs",
        "runs --json",
        "doctor",
        "doctor --json",
        "validate tasks.yaml",
        "export it",
        "export it -o OUT.jsonl --blobs OUT --json",
    ],
)
def test_no_command_shows_a_key(
    words: str, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever it prints, and the files it writes."""
    monkeypatch.chdir(world.folder)
    words = words.replace("OUT", str(tmp_path / "out"))

    said = CliRunner().invoke(command_line, words.split(), env=ENVIRONMENT)

    assert said.exit_code in {0, 5}, said.output
    assert said.stdout
    assert leaks(said.output) == []
    assert not {name: found for name, data in all_files(tmp_path).items() if (found := leaks(data))}
