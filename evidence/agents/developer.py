"""A coding agent on the command line that needs no model: it writes a bundled suite's solutions.

Like the real ones it reads a prompt on standard input, works in the current folder and prints what
it did in the form of one of them. It finds its tasks by their headers in the prompt. Options make
it misbehave as real ones do: wrong at first, hanging, failing, leaving a server behind.

What it does not know of the command line it leaves alone, so that it can stand in for a real
program, with that one's flags; `write_program` makes it one.
"""

import argparse
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

FORMATS = ("plain", "claude", "claude-stream", "codex", "gemini")
FAILED = re.compile(r"the check of \S+ failed|An earlier attempt failed its check")
PART = ".part"
WAIT = "import signal; signal.pause()"


def write_program(folder: Path, name: str, *options: str) -> Path:
    """Make a program of this name that is this agent with these options."""
    words = shlex.join([sys.executable, str(Path(__file__).resolve()), *options])
    program = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program


def main(words: Sequence[str] | None = None) -> int:
    """Work as the options say; the exit code."""
    options, _ = _parser().parse_known_args(words)
    if options.ignore_term:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    prompt = sys.stdin.buffer.read().decode("utf-8", "replace")
    if options.print_env:
        print(json.dumps(dict(os.environ), sort_keys=True), file=sys.stderr)
    for started, own_session in ((options.fork, False), (options.daemon, True)):
        if started:
            _leave_behind(own_session=own_session)
    done = [] if options.idle or not options.suite else _work(options, prompt)
    if options.hang:
        print("waiting for nothing", file=sys.stderr, flush=True)
        while True:
            signal.pause()
    text = f"I have done {', '.join(done) or 'nothing'}."
    _report(options.form, text, prompt_tokens=len(prompt) // 4, written_tokens=len(text) // 4)
    exit_code: int = options.exit
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--suite", help="whose solutions it writes, such as mathlib/parallel")
    parser.add_argument("--as", dest="form", choices=FORMATS, default="plain")
    parser.add_argument("--wrong-first", action="store_true", help="wrong until a check has failed")
    parser.add_argument("--idle", action="store_true", help="write nothing")
    parser.add_argument("--hang", action="store_true", help="never end")
    parser.add_argument("--ignore-term", action="store_true", help="not even when asked to")
    parser.add_argument("--fork", action="store_true", help="leave a child behind")
    parser.add_argument("--daemon", action="store_true", help="leave one in a session of its own")
    parser.add_argument("--print-env", action="store_true", help="print the environment to stderr")
    parser.add_argument("--exit", type=int, default=0, help="the exit code")
    return parser


def _leave_behind(*, own_session: bool) -> None:
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", WAIT], start_new_session=own_session
    )
    print(f"left behind: {child.pid}", file=sys.stderr, flush=True)


def _work(options: argparse.Namespace, prompt: str) -> list[str]:
    from brooks.bench.suites import suite_path

    solutions = suite_path(options.suite) / "solutions"
    done = [name for name in _tasks(prompt) if (solutions / name).is_dir()]
    is_wrong = options.wrong_first and not FAILED.search(prompt)
    for name in done:
        for file in sorted((solutions / name).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                _write(file.relative_to(solutions / name), file.read_bytes(), is_wrong=is_wrong)
    return done


def _tasks(prompt: str) -> list[str]:
    """The ids in the lines `Task ID` and `Task ID: title`, each once."""
    return list(dict.fromkeys(re.findall(r"^Task (\S+?)(?::.*)?$", prompt, re.MULTILINE)))


def _write(path: Path, solution: bytes, *, is_wrong: bool) -> None:
    from brooks.models.solutions import put_part
    from brooks.models.spoiling import spoil

    target = path.with_name(path.name.removesuffix(PART))
    spoiled = spoil(target.name, solution, Random(path.name))
    data, other = (spoiled, solution) if is_wrong else (solution, spoiled)
    if target != path:
        there = target.read_bytes() if target.is_file() else b""
        data = put_part(there, data, instead_of=other)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _report(form: str, text: str, *, prompt_tokens: int, written_tokens: int) -> None:
    """Print what a real agent would, a cache of 1000 tokens read and 100 written included."""
    if form == "plain":
        print(text)
    elif form == "codex":
        counts = {
            "input_tokens": prompt_tokens + 1000,
            "cached_input_tokens": 1000,
            "output_tokens": written_tokens,
        }
        item = {"id": "item_0", "type": "agent_message", "text": text}
        _print({"type": "thread.started", "thread_id": "0"})
        _print({"type": "turn.started"})
        _print({"type": "item.completed", "item": item})
        _print({"type": "turn.completed", "usage": counts})
    elif form == "gemini":
        tokens = {
            "prompt": prompt_tokens + 1000,
            "candidates": written_tokens,
            "total": prompt_tokens + 1000 + written_tokens,
            "cached": 1000,
            "thoughts": 0,
            "tool": 0,
        }
        print(
            json.dumps({"response": text, "stats": {"models": {"m": {"tokens": tokens}}}}, indent=2)
        )
    else:
        if form == "claude-stream":
            _print({"type": "system", "subtype": "init", "tools": []})
        usage = {
            "input_tokens": prompt_tokens,
            "cache_creation_input_tokens": 100,
            "cache_read_input_tokens": 1000,
            "output_tokens": written_tokens,
        }
        result = {"type": "result", "subtype": "success", "is_error": False, "result": text}
        _print({**result, "total_cost_usd": 0.0123, "usage": usage})


def _print(value: dict[str, object]) -> None:
    print(json.dumps(value))


if __name__ == "__main__":
    sys.exit(main())
