"""Processor time of Brooks per model request, beside the provider's own client sending the same requests.

python benchmarks/model_overhead.py [--agents 1,10,100] [--requests 300] [--protocol openai]

A run of so many agents works through tasks whose every turn is one request, against a server
process that answers at once; board, log on disk, prompts, tools and governor are all in it. Then
the bare client sends the requests that the run made, as many at once. Server time is in another
process and counts for neither, and nor does what comes before the first request: imports, the
client, the list of tasks.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from brooks.core.spec import CheckSettings, ModelSettings, SolutionFile, Spec, Task
from brooks.ids import BlobHash, TaskId
from brooks.log.sqlite import SqliteLog
from brooks.log.store import hash_blob
from brooks.models.base import Model, Reply, Request, Said, Sleep
from brooks.models.keys import Keys
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.running import Surroundings, start
from brooks.spec.teams import build_team
from brooks.workspace.memory import MemoryWorkspace
from servers import serving_process

MODELS = {
    "openai": "openai:gpt-5.2",
    "openai-responses": "openai-responses:gpt-5.2",
    "anthropic": "anthropic:claude-sonnet-4-6",
    "google": "google:gemini-3-flash-preview",
}


class Kept:
    """A model that keeps the requests it passes on."""

    def __init__(self, model: Model, requests: list[Request], begun: Callable[[], None]) -> None:
        self._model = model
        self._requests = requests
        self._begun = begun

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        if not self._requests:
            self._begun()
        self._requests.append(request)
        return await self._model.request(request, sleep=sleep)

    async def close(self) -> None:
        model: Any = self._model
        await model.close()


class KeepingModels(ModelFactory):
    """Makes models that keep their requests."""

    def __init__(self, keys: Keys) -> None:
        super().__init__(Path(), keys=keys)
        self.requests: list[Request] = []
        self.began = 0.0
        """Processor time at the first request."""

    def _begin(self) -> None:
        self.began = time.process_time()

    def make(self, text: str, **options: Any) -> Model:
        return Kept(super().make(text, **options), self.requests, self._begin)


def tasks_of(count: int) -> tuple[tuple[Task, ...], dict[BlobHash, bytes]]:
    blobs: dict[BlobHash, bytes] = {}
    tasks = []
    for number in range(count):
        data = f"# part {number}\n".encode() + b"value = 1\n" * 30
        blobs[hash_blob(data)] = data
        path = f"part{number}.py"
        tasks.append(
            Task(
                id=TaskId(f"part{number}"),
                title=f"Write part {number}",
                description="Write the part as the project's conventions ask. " * 8,
                files=(path,),
                solution=(SolutionFile(path=path, blob=hash_blob(data)),),
            )
        )
    return tuple(tasks), blobs


def write_task_file(folder: Path, tasks: tuple[Task, ...], blobs: dict[BlobHash, bytes]) -> Path:
    """The same tasks for the server's developer."""
    path = folder / "tasks.json"
    entries = [
        {
            "id": task.id,
            "files": list(task.files),
            "solution": {file.path: blobs[file.blob].decode() for file in task.solution},
        }
        for task in tasks
    ]
    path.write_text(json.dumps({"tasks": entries}), encoding="utf-8")
    return path


def run_brooks(
    model: str, agents: int, tasks: tuple[Task, ...], blobs: dict[BlobHash, bytes], keys: Keys
) -> tuple[float, list[Request]]:
    spec = Spec(
        project="overhead",
        tasks=tasks,
        team=build_team(f"leased:{agents}"),
        model=model,
        checks=CheckSettings(mode="modelled", slots=agents, charged_seconds=0.0),
        models=(ModelSettings(model=model, concurrency=agents),),
    )
    with tempfile.TemporaryDirectory() as folder:
        log = SqliteLog.create(Path(folder) / "run.db")
        models = KeepingModels(keys)
        around = Surroundings(log=log, workspace=MemoryWorkspace(), models=models)
        state = start(spec, blobs, around)
        seconds = time.process_time() - models.began
        log.close()
    if state.finished is None or state.finished[0].value != "done":
        sys.exit(f"the run ended as {state.finished}")
    return seconds, models.requests


def texts(request: Request) -> tuple[str, str]:
    system, user = (item.text for item in request.conversation if isinstance(item, Said))
    return system, user


def schema(request: Request) -> list[dict[str, Any]]:
    kinds: dict[str, Any] = {
        "string": {"type": "string"},
        "integer": {"type": "integer"},
        "strings": {"type": "array", "items": {"type": "string"}},
    }
    return [
        {
            "name": tool.name,
            "description": tool.description,
            "parameters": {
                "type": "object",
                "properties": {
                    one.name: {**kinds[one.kind], "description": one.description}
                    for one in tool.parameters
                },
                "required": [one.name for one in tool.parameters if one.required],
                "additionalProperties": False,
            },
        }
        for tool in request.tools
    ]


def bare_client(
    protocol: str, url: str
) -> tuple[Callable[[Request], Awaitable[Any]], Callable[[], Awaitable[Any]]]:
    """The provider's own client, used as its documentation says: how to ask it, and to close it."""
    key = "sk-bench-0123456789"
    name = MODELS[protocol].partition(":")[2]
    if protocol == "anthropic":
        from anthropic import AsyncAnthropic

        anthropic: Any = AsyncAnthropic(api_key=key, base_url=url, max_retries=0)

        async def ask_anthropic(request: Request) -> Any:
            system, user = texts(request)
            tools = [
                {
                    "name": tool["name"],
                    "description": tool["description"],
                    "input_schema": tool["parameters"],
                }
                for tool in schema(request)
            ]
            return await anthropic.messages.create(
                model=name,
                system=system,
                max_tokens=8192,
                tools=tools,
                messages=[{"role": "user", "content": user}],
            )

        return ask_anthropic, anthropic.close
    if protocol == "google":
        from google import genai

        google: Any = genai.Client(
            api_key=key, http_options=genai.types.HttpOptions(base_url=url)
        ).aio

        async def ask_google(request: Request) -> Any:
            system, user = texts(request)
            tools = [
                {
                    "name": tool["name"],
                    "description": tool["description"],
                    "parameters_json_schema": tool["parameters"],
                }
                for tool in schema(request)
            ]
            config = {
                "system_instruction": system,
                "max_output_tokens": 8192,
                "tools": [{"function_declarations": tools}],
            }
            return await google.models.generate_content(model=name, contents=user, config=config)

        return ask_google, google.aclose
    from openai import AsyncOpenAI

    openai: Any = AsyncOpenAI(api_key=key, base_url=f"{url}/v1", max_retries=0)

    async def ask_chat(request: Request) -> Any:
        system, user = texts(request)
        return await openai.chat.completions.create(
            model=name,
            max_completion_tokens=8192,
            messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
            tools=[{"type": "function", "function": tool} for tool in schema(request)],
        )

    async def ask_responses(request: Request) -> Any:
        system, user = texts(request)
        return await openai.responses.create(
            model=name,
            max_output_tokens=8192,
            instructions=system,
            input=user,
            tools=[{"type": "function", **tool} for tool in schema(request)],
        )

    return (ask_chat if protocol == "openai" else ask_responses), openai.close


def run_bare(protocol: str, url: str, agents: int, requests: list[Request]) -> float:
    async def main() -> float:
        ask, close = bare_client(protocol, url)
        await ask(requests[0])  # connections, and what the client makes once
        waiting = iter(requests)

        async def agent() -> None:
            for request in waiting:
                await ask(request)

        before = time.process_time()
        async with asyncio.TaskGroup() as group:
            for _ in range(agents):
                group.create_task(agent())
        seconds = time.process_time() - before
        await close()
        return seconds

    return asyncio.run(main())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--agents", default="1,10,100")
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5, help="the quickest of each counts")
    parser.add_argument("--protocol", choices=[*MODELS, "all"], default="openai")
    options = parser.parse_args()
    is_all = options.protocol == "all"
    detail = all_protocols(sys.argv[1:]) if is_all else one_protocol(options)
    worst = max(each["over_ms"] for each in detail.values())
    print(json.dumps({"measured": worst, "detail": detail}))


def all_protocols(words: list[str]) -> dict[str, dict[str, float]]:
    """Each protocol in a process of its own, as a run has it, which loads one client's library."""
    detail = {}
    for protocol in MODELS:
        command = [sys.executable, __file__, *words, "--protocol", protocol]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        detail.update(json.loads(done.stdout.splitlines()[-1])["detail"])
    return detail


def one_protocol(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    protocol = options.protocol
    work = tasks, blobs = tasks_of(options.requests)
    detail: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = write_task_file(folder, tasks, blobs)
        with serving_process(folder, tasks=file) as server:
            one_round(protocol, server.url, 1, (tasks[:5], blobs))  # imports and caches
            for agents in map(int, options.agents.split(",")):
                rounds = [
                    one_round(protocol, server.url, agents, work) for _ in range(options.rounds)
                ]
                ours = 1000 * min(seconds for seconds, _ in rounds) / len(tasks)
                bare = 1000 * min(seconds for _, seconds in rounds) / len(tasks)
                detail[f"{protocol}, {agents} agents"] = {
                    "brooks_ms": round(ours, 2),
                    "bare_ms": round(bare, 2),
                    "over_ms": round(ours - bare, 2),
                }
    return detail


def one_round(
    protocol: str, url: str, agents: int, work: tuple[tuple[Task, ...], dict[BlobHash, bytes]]
) -> tuple[float, float]:
    """Processor seconds of a run, and of the bare client with its requests."""
    tasks, blobs = work
    keys = Keys(environment(url))
    ours, requests = run_brooks(MODELS[protocol], agents, tasks, blobs, keys)
    if len(requests) != len(tasks):
        sys.exit(f"{len(requests)} requests for {len(tasks)} tasks")
    return ours, run_bare(protocol, url, agents, requests)


def environment(url: str) -> dict[str, str]:
    return {
        **os.environ,
        "OPENAI_API_KEY": "sk-bench-0123456789",
        "ANTHROPIC_API_KEY": "sk-bench-0123456789",
        "GOOGLE_API_KEY": "sk-bench-0123456789",
        "OPENAI_BASE_URL": f"{url}/v1",
        "ANTHROPIC_BASE_URL": url,
        "GOOGLE_BASE_URL": url,
    }


if __name__ == "__main__":
    main()
