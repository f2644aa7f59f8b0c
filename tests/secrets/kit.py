"""Canary keys, a provider that tells them to everybody, and an oracle that finds them again.

The oracle shares nothing with the product's own search: it undoes what a key may be hidden in and
then looks for the key as it is.
"""

import base64
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_plus

KEY = 'sk-canary"1\\2/3+4=5 6-Qx9ZkV7bTnPw'
FOREIGN = "foreign-canary-8d7f1c52ab"
FROM_FILE = "envfile-canary/77+ab==Zq"
CANARIES = (KEY, FOREIGN, FROM_FILE)
ENVIRONMENT = {"OPENAI_API_KEY": KEY, "MY_SERVICE_TOKEN": FOREIGN}
DOTENV = f"EXTRA_SECRET={FROM_FILE}\n"


def leaks(data: bytes | str, canaries: Sequence[str] = CANARIES) -> list[str]:
    """The canaries that stand in something, in whatever form."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    joined = re.sub(r"\\*\s*\n\s*|\\+[rn]\s*", "", text)
    views = [text, joined, unquote_plus(text), unquote_plus(joined)]
    views += [view.replace("\\\\", "\\").replace('\\"', '"') for view in tuple(views)]
    views += [re.sub(r"\\+", "\\\\", view).replace('\\"', '"') for view in tuple(views)]
    views += [_decoded(view) for view in (text, joined)]
    return [canary for canary in canaries if any(canary in view for view in views)]


def _decoded(text: str) -> str:
    """All that is base64 in a text, read from each of its first four characters."""
    found = []
    for run in re.findall(r"[A-Za-z0-9+/_-]{12,}", text):
        plain = run.replace("-", "+").replace("_", "/")
        for start in range(4):
            part = plain[start:]
            with suppress(ValueError):
                whole = part[: len(part) - len(part) % 4]
                found.append(base64.b64decode(whole).decode("utf-8", "replace"))
                padded = part + "=" * (-len(part) % 4)
                found.append(base64.b64decode(padded).decode("utf-8", "replace"))
    return "\n".join(found)


def forms(key: str) -> list[str]:
    """A key as a careless program prints it."""
    return [
        key,
        json.dumps({"key": key}),
        json.dumps(json.dumps(key)),
        f"https://host/?key={quote(key, safe='')}",
        base64.b64encode(key.encode()).decode(),
        base64.b64encode(f"x{key}, and more".encode()).decode(),
        base64.encodebytes(f"{'long ' * 9}{key}".encode()).decode(),
        f"{key[:9]}\n    {key[9:]}",
        f"{key[:7]}\\\n{key[7:]}",
    ]


Turn = Callable[[], dict[str, Any]]


def reply(text: str = "", *calls: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """An answer in OpenAI's chat protocol."""
    made = [
        {
            "id": f"call_{number}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for number, (name, arguments) in enumerate(calls)
    ]
    message = {"role": "assistant", "content": text, **({"tool_calls": made} if made else {})}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-5.2",
        "choices": [
            {
                "index": 0,
                "finish_reason": "tool_calls" if made else "stop",
                "message": message,
            }
        ],
        "usage": {"prompt_tokens": 10, "completion_tokens": 10, "total_tokens": 20},
    }


@dataclass
class Provider:
    """Answers with what it was given, one after the other, and keeps every body and every process list."""

    answers: list[tuple[int, dict[str, Any]]]
    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    processes: list[bytes] = field(default_factory=list)
    """The command lines of all processes, and the environments of the client's children."""

    def answer(self, body: bytes) -> tuple[int, bytes]:
        self.bodies.append(body)
        self.processes += look_at_processes()
        status, answer = self.answers.pop(0) if self.answers else (200, reply("nothing left"))
        return status, json.dumps(answer).encode()


def look_at_processes() -> list[bytes]:
    """Every process's command line, and the environment of those that checks run in."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            line = (process / "cmdline").read_bytes()
            found.append(line)
            if b"sandbox" in line and int(process.name) != os.getpid():
                found.append((process / "environ").read_bytes())
    return found


@contextmanager
def providing(*answers: tuple[int, dict[str, Any]]) -> Iterator[Provider]:
    """A provider on this machine."""
    provider = Provider(list(answers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, data = provider.answer(body)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def all_files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
