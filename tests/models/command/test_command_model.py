"""An agent on the command line as a model: real processes, in folders of their own."""

import asyncio
import json
import os
import shutil
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from agents.developer import write_program
from brooks.core.facts import Failure, Usage
from brooks.errors import OutsideError
from brooks.models.base import (
    Answered,
    AttemptFailed,
    ModelError,
    Outcome,
    Reply,
    Returned,
    ToolCall,
    decode_reply,
    encode_reply,
)
from brooks.models.command import CommandModel, parse_command
from brooks.models.command.output import MOST_TEXT


def calls(reply: Reply) -> list[tuple[str, dict[str, Any]]]:
    return [(call.name, dict(call.arguments)) for call in reply.calls]


def test_what_an_agent_changed_is_one_reply(bench: Any) -> None:
    """The files by path, then the tasks; its output is the message and its folder is gone."""
    model = bench.model(
        """
        import os, sys
        prompt = sys.stdin.read()
        open("new.py", "w").write(prompt.splitlines()[0])
        open("kept.py", "ab").write(b"more")
        os.unlink("old/gone.txt")
        print("Did it.")
        """
    )

    reply = bench.reply(model, bench.request(tasks="a b"))

    assert calls(reply) == [
        ("write_file", {"path": "kept.py", "content": "kept\nmore"}),
        ("write_file", {"path": "new.py", "content": "You are agent-1."}),
        ("delete_file", {"path": "old/gone.txt"}),
        ("complete", {"task": "a"}),
        ("complete", {"task": "b"}),
    ]
    assert reply.text == "Did it."
    assert reply.usage == Usage()
    assert len({call.id for call in reply.calls}) == 5
    assert decode_reply(encode_reply(reply)) == reply
    assert [path.name for path in bench.copies.iterdir()] == ["turn-1.0.out"]
    assert "Did it." in bench.output()


def test_bytes_and_executable_files_come_through(bench: Any) -> None:
    """Both ways: what is not text, and what may be run."""
    model = bench.model(
        """
        import os
        assert os.access("run.sh", os.X_OK) and not os.access("kept.py", os.X_OK)
        open("bytes", "wb").write(bytes(range(256)))
        open("run.sh", "ab").write(b"!")
        os.chmod("kept.py", 0o755)
        open("tool", "w").close()
        os.chmod("tool", 0o755)
        """
    )

    written = {each.pop("path"): each for _, each in calls(bench.reply(model))[:-1]}

    assert written["bytes"]["encoding"] == "base64"
    assert b64decode(written["bytes"]["content"]) == bytes(range(256))
    assert written["run.sh"] == {"content": "#!!"}
    assert written["kept.py"] == {"content": "kept\n", "executable": "true"}
    assert written["tool"] == {"content": "", "executable": "true"}


def test_an_agent_that_fails_and_changes_nothing_made_no_reply(bench: Any) -> None:
    """The error says how it ended, what it said last, and where its folder is."""
    model = bench.model("import sys; sys.exit('no key sk-secret')")

    with pytest.raises(AttemptFailed, match=r"exit code 1 .*'copies/turn-1.0'.*no key") as caught:
        bench.reply(model)

    assert caught.value.kind is Failure.SERVER
    assert (bench.copies / "turn-1.0/kept.py").read_bytes() == b"kept\n"
    assert "exit code 1" in bench.output()


def test_an_agent_that_fails_and_changed_something_is_judged_by_the_check(bench: Any) -> None:
    """Many end so because of something that does not matter to the task."""
    reply = bench.reply(bench.model("open('a', 'w').close(); print('Oh.'); exit(3)"))

    assert [name for name, _ in calls(reply)] == ["write_file", "complete"]
    assert reply.text == "Oh.\n\n(The agent ended with exit code 3.)"


def test_an_agent_that_changes_nothing_and_is_content_completes_its_tasks(bench: Any) -> None:
    """It may have found them done; the check decides."""
    assert calls(bench.reply(bench.model("pass"))) == [("complete", {"task": "binomial"})]


def test_a_later_request_tells_the_agent_and_leaves_done_tasks_alone(bench: Any) -> None:
    """Its prompt has what failed; what is complete is not completed again."""
    earlier = (
        *bench.request().conversation,
        Answered(
            reply=Reply(
                calls=tuple(
                    ToolCall(id=task, name="complete", arguments={"task": task}) for task in "ab"
                )
            )
        ),
        Returned(
            outcomes=(
                Outcome(call="a", ok=True, text="a is done"),
                Outcome(call="b", ok=False, text="the check of b failed (failed):\nE 1 != 2"),
            )
        ),
    )

    request = bench.request(*earlier, index=1, tasks="a b")
    reply = bench.reply(bench.model("import sys; print(sys.stdin.read())"), request)

    assert "b: the check of b failed (failed):\nE 1 != 2" in reply.text
    assert calls(reply) == [("complete", {"task": "b"})]


def test_an_agent_whose_time_is_up_made_no_reply(bench: Any) -> None:
    """Each attempt leaves a folder of its own, for whoever wants to see how far it came."""
    model = bench.model("import signal; signal.pause()", seconds=0.02)

    for _ in range(2):
        with pytest.raises(
            AttemptFailed, match=r"not done after 0.02 seconds; .*'copies/"
        ) as caught:
            bench.reply(model)
        assert caught.value.kind is Failure.TIMEOUT

    assert sorted(path.name for path in bench.copies.iterdir()) == [
        "turn-1.0",
        "turn-1.0.2",
        "turn-1.0.2.out",
        "turn-1.0.out",
    ]


@pytest.mark.slow
def test_an_agent_whose_time_is_up_is_asked_to_end_first(bench: Any) -> None:
    """It may have something to put in order, and then its folder has what it did."""
    model = bench.model(
        """
        import signal
        signal.signal(signal.SIGTERM, lambda *_: exit(open("last", "w").close()))
        signal.pause()
        """,
        seconds=1.0,
    )

    with pytest.raises(AttemptFailed, match="not done after"):
        bench.reply(model)

    assert (bench.copies / "turn-1.0/last").exists()


def test_too_many_changes_are_rejected_and_kept(bench: Any) -> None:
    """Asking again would not help, and the work is not lost."""
    model = bench.model("for n in range(451): open(f'{n}', 'w').close()")

    with pytest.raises(AttemptFailed, match="more than 450 files") as caught:
        bench.reply(model)

    assert caught.value.kind is Failure.REJECTED
    assert (bench.copies / "turn-1.0/450").exists()


def test_an_agent_that_destroys_its_folder_has_failed(bench: Any) -> None:
    """It is no fault of the machine's."""
    model = bench.model("import os, shutil; shutil.rmtree(os.getcwd())")

    with pytest.raises(AttemptFailed, match="cannot be read"):
        bench.reply(model)


def test_what_is_passed_over_is_said(bench: Any) -> None:
    """So that whoever reads the log knows why a file is missing."""
    model = bench.model("import os; [os.symlink('/etc/passwd', f'l{n:02}') for n in range(30)]")

    reply = bench.reply(model)

    assert calls(reply) == [("complete", {"task": "binomial"})]
    assert "'l00' is a symbolic link" in reply.text
    assert "and 10 more" in reply.text


def test_a_flood_of_output_is_cut_and_holds_nobody_up(bench: Any) -> None:
    """Both outputs at once, no text among it, and a message no longer than it may be."""
    model = bench.model(
        """
        import os
        for _ in range(40):
            os.write(2, b"e" * 65536)
            os.write(1, b"\\xff" * 65536)
        print("the end")
        """
    )

    reply = bench.reply(model)

    assert reply.text.endswith("the end")
    assert MOST_TEXT - 10 < len(reply.text) <= MOST_TEXT
    assert "standard error, without its first" in bench.output()


def test_an_agent_that_does_not_read_its_prompt_is_no_trouble(bench: Any) -> None:
    """However long the prompt is; one that opens it by name finds it whole."""
    long = replace(bench.request().conversation[1], text="x" * 10**6)

    reply = bench.reply(bench.model("print(len(open('/dev/stdin').read()))"), bench.request(long))
    bench.reply(bench.model("pass"), bench.request(long))

    assert int(reply.text) > 10**6


def test_nothing_of_the_environment_that_was_not_given(bench: Any) -> None:
    """A key of the user's that this agent has no business with is not in it."""
    program = write_program(bench.bin, "my-agent", "--print-env")
    command = parse_command(str(program))

    bench.reply(bench.model(command))
    bench.reply(bench.model(command, passed=("CANARY_API_KEY",)))

    assert "sk-canary" not in bench.output()
    assert "sk-canary" in bench.output("turn-1.0.2")
    seen = json.loads(next(x for x in bench.output().splitlines() if x.startswith("{")))
    assert set(seen) <= {"HOME", "LANG", "PATH", "SHELL", "TERM", "TMPDIR", "USER"} | {
        name for name in seen if name.startswith("LC_") or name in {"PWD", "SHLVL", "_"}
    }


def test_a_key_is_taken_out_of_all_that_is_kept(bench: Any) -> None:
    """The output, the message and the error."""

    def redact(text: str) -> str:
        return text.replace("sk-secret", "[key]")

    reply = bench.reply(bench.model("print('my key is sk-secret')", redactor=redact))
    with pytest.raises(AttemptFailed, match=r"\[key\]"):
        bench.reply(bench.model("exit('sk-secret is wrong')", redactor=redact))

    assert reply.text == "my key is [key]"
    assert all("sk-secret" not in path.read_text() for path in bench.copies.glob("*.out"))


def test_an_agent_cannot_have_its_output_written_elsewhere(bench: Any, tmp_path: Path) -> None:
    """A link in the place of the file that is to keep it is not followed."""
    model = bench.model(f"import os; os.symlink({str(tmp_path / 'theirs')!r}, '../turn-1.0.out')")

    bench.reply(model)

    assert not (tmp_path / "theirs").exists()


def test_a_program_that_cannot_be_run_says_so(bench: Any) -> None:
    """It was found, and is none."""
    bench.bin.mkdir()
    (bench.bin / "broken").write_bytes(b"\x7fELF")
    (bench.bin / "broken").chmod(0o755)

    with pytest.raises(AttemptFailed, match=r"exit code 127.*cannot be run"):
        bench.reply(bench.model(parse_command(str(bench.bin / "broken"))))


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_a_known_agent_works_in_a_repository_with_one_commit(bench: Any) -> None:
    """Nobody's hooks and settings, and all files committed, whatever is to be ignored."""
    write_program(bench.bin, "aider")
    bench.bin.joinpath("aider").write_text(
        "#!/bin/sh\ngit log --format=%an; git status --short; git ls-files; touch .aider.input.history\n"
    )
    bench.environ["PATH"] = f"{bench.bin}:{os.environ['PATH']}"

    reply = bench.reply(bench.model(parse_command("aider")))

    assert reply.text.split() == ["brooks", "kept.py", "old/gone.txt", "run.sh"]
    assert calls(reply) == [("complete", {"task": "binomial"})]


def test_a_request_without_tasks_or_files_is_refused(bench: Any) -> None:
    """There is nothing an agent could do."""
    model = bench.model("pass")

    with pytest.raises(ModelError, match="about none"):
        bench.reply(model, bench.request(tasks=""))
    with pytest.raises(ModelError, match="files"):
        bench.reply(model, replace(bench.request(), files=None))


def test_a_place_that_is_no_folder_is_the_outsides_fault(bench: Any, tmp_path: Path) -> None:
    """The disk is full, or somebody's file is in the way: the run is to be resumed later."""
    bench.copies = tmp_path / "file" / "copies"
    (tmp_path / "file").touch()

    with pytest.raises(OutsideError, match="resume"):
        bench.reply(bench.model("pass"))


def test_many_agents_work_side_by_side(bench: Any) -> None:
    """One model serves them all, and each has a folder of its own."""
    model: CommandModel = bench.model("import os; open(os.path.basename(os.getcwd()), 'w').close()")

    async def both() -> list[Reply]:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(model.request(bench.request(index=index), sleep=asyncio.sleep))
                for index in range(2)
            ]
        return [task.result() for task in tasks]

    names = [reply.calls[0].arguments["path"] for reply in asyncio.run(both())]

    assert names == ["turn-1.0", "turn-1.1"]
