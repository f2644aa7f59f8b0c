"""A small project, its developer, tools that answer, and requests as each provider wants them."""

import http.client
import json
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from brooks.core.spec import SolutionFile, Task
from brooks.ids import BlobHash, TaskId
from servers import Developer

PARAMETERS = {
    "write_file": ("path", "content"),
    "read_file": ("path",),
    "complete": ("task",),
    "give_up": ("task", "reason"),
}
PROMPT = "Task alpha: the first\nWrite it.\n\nTask beta\nAdd your line."
CHECKED = {"alpha": "alpha.py", "beta": "list.txt"}
SOLVED = {"alpha.py": "ALPHA = 1\n", "list.txt": "first\nbeta\n"}


def small_developer(*, at_once: bool = False) -> Developer:
    """Knows `alpha`, a whole file, and `beta`, a line in a file that has to be read first."""
    blobs = {}

    def file(path: str, data: bytes, *, part: bool = False) -> SolutionFile:
        blob = BlobHash(sha256(data).hexdigest())
        blobs[blob] = data
        return SolutionFile(path=path, blob=blob, part=part)

    tasks = (
        Task(id=TaskId("alpha"), solution=(file("alpha.py", b"ALPHA = 1\n"),)),
        Task(id=TaskId("beta"), solution=(file("list.txt", b"beta\n", part=True),)),
    )
    return Developer(tasks, blobs, at_once=at_once)


def schema(name: str) -> dict[str, Any]:
    """The JSON schema of a tool's arguments."""
    names = PARAMETERS[name]
    return {
        "type": "object",
        "properties": {one: {"type": "string"} for one in names},
        "required": list(names),
    }


class Desk:
    """Carries out tool calls on files in memory, and answers as the real tools do."""

    def __init__(self) -> None:
        self.files = {"list.txt": "first\n"}
        self.done: list[str] = []
        self.calls: list[str] = []

    def carry_out(self, name: str, arguments: dict[str, Any]) -> tuple[bool, str]:
        """Whether it went well, and the text of the outcome."""
        self.calls.append(name)
        wanted = PARAMETERS.get(name)
        if wanted is None or not all(isinstance(arguments.get(one), str) for one in wanted):
            return False, f"{name} needs other arguments"
        if name == "read_file":
            text = self.files.get(arguments["path"])
            return text is not None, text or f"there is no file {arguments['path']!r}"
        if name == "write_file":
            self.files[arguments["path"]] = arguments["content"]
            return True, f"{arguments['path']} written, 1 bytes"
        task = arguments["task"]
        path = CHECKED[task]
        if self.files.get(path) != SOLVED[path]:
            return False, f"the check of {task} failed (failed):\n1 failed"
        self.done.append(task)
        return True, f"{task} is done"


class Got(NamedTuple):
    """An answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def _functions() -> list[dict[str, Any]]:
    return [{"name": name, "parameters": schema(name)} for name in PARAMETERS]


def _chat(text: str, *, streamed: bool) -> dict[str, Any]:
    return {
        "model": "gpt-x",
        "stream": streamed,
        "messages": [{"role": "user", "content": text}],
        "tools": [{"type": "function", "function": one} for one in _functions()],
    }


def _responses(text: str, *, streamed: bool) -> dict[str, Any]:
    tools = [{"type": "function", **one} for one in _functions()]
    return {"model": "gpt-x", "stream": streamed, "input": text, "tools": tools}


def _messages(text: str, *, streamed: bool) -> dict[str, Any]:
    return {
        "model": "claude-x",
        "max_tokens": 4000,
        "stream": streamed,
        "messages": [{"role": "user", "content": text}],
        "tools": [{"name": name, "input_schema": schema(name)} for name in PARAMETERS],
    }


def _generate(text: str, *, streamed: bool) -> dict[str, Any]:
    return {
        "contents": [{"role": "user", "parts": [{"text": text}]}],
        "tools": [{"functionDeclarations": _functions()}],
    }


BODIES = {
    "openai-chat": _chat,
    "openai-responses": _responses,
    "anthropic-messages": _messages,
    "google-generate": _generate,
}
DIALECTS = tuple(BODIES)
HEADERS = {
    "openai-chat": {"authorization": "Bearer secret"},
    "openai-responses": {"authorization": "Bearer secret"},
    "anthropic-messages": {"x-api-key": "secret", "anthropic-version": "2023-06-01"},
    "google-generate": {"x-goog-api-key": "secret"},
}
PATHS = {
    "openai-chat": "/v1/chat/completions",
    "openai-responses": "/v1/responses",
    "anthropic-messages": "/v1/messages",
    "google-generate": "/v1beta/models/gemini-x:generateContent",
}
STREAM_PATHS = {
    **PATHS,
    "google-generate": "/v1beta/models/gemini-x:streamGenerateContent?alt=sse",
}


class Client:
    """Posts to a server over one kept connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def ask(
        self,
        dialect: str = "openai-chat",
        text: str = PROMPT,
        *,
        streamed: bool = False,
        **changes: Any,
    ) -> Got:
        """Ask for work in a dialect; `changes` replace fields of the body."""
        body = {**BODIES[dialect](text, streamed=streamed), **changes}
        path = (STREAM_PATHS if streamed else PATHS)[dialect]
        return self.post(path, json.dumps(body), HEADERS[dialect])

    def give_up_asking(self, dialect: str) -> None:
        """Ask, and go away before the answer."""
        body = json.dumps(BODIES[dialect](PROMPT, streamed=False))
        self._connection.request("POST", PATHS[dialect], body, HEADERS[dialect])
        self._connection.close()

    def post(self, path: str, body: str, headers: dict[str, str]) -> Got:
        """Post a body."""
        self._connection.request("POST", path, body, headers)
        response = self._connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Got(response.status, named, response.read())

    def port(self) -> int:
        """The port from which it asks: the same as long as the connection is kept."""
        number: int = self._connection.sock.getsockname()[1]
        return number
