"""The coding agents that are known by name: how each is run without a person, and what it needs.

Each reads its task on standard input, works in the current folder and ends by itself. They are let
edit files without asking. Commands they may run only as far as that agent's own non-interactive
mode takes it: `codex` confines itself to the folder, `claude` and `gemini` are let edit and no more,
`aider` runs none; the others have no such middle way and run commands as the user who started them.
Who wants it otherwise writes the whole command line.

`variables` are the names of what an agent may see of the user's environment: its own keys and
settings, and the proxy and certificates of the network it is in. An agent for many providers sees
the keys of those it is commonly used with.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from types import MappingProxyType


class UsageFormat(StrEnum):
    """How an agent's output says what was done and what it cost."""

    PLAIN = "plain"
    """It does not: the output is the message."""
    CLAUDE = "claude"
    """An object of the type `result`, alone or as a line among others."""
    CODEX = "codex"
    """Lines, one for each item and one for each completed turn."""
    GEMINI = "gemini"
    """One object with the response and statistics for each model."""
    OPENCODE = "opencode"
    """Lines, one for each text and one for each finished step."""
    RESULT = "result"
    """As `CLAUDE`, but only the message is taken: what its numbers count is not settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAgent:
    """One coding agent."""

    name: str
    """What it is called in a model string."""
    title: str
    program: str
    """What is looked for on the path."""
    options: tuple[str, ...]
    """What makes it work without a person."""
    variables: tuple[str, ...]
    """Names of the environment variables it may see."""
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Environment variables it is always given."""
    usage: UsageFormat = UsageFormat.PLAIN
    """What its output is with these options."""
    install: str
    """Where it comes from."""


NETWORK = (
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NODE_EXTRA_CA_CERTS",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)
_ANTHROPIC = ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")
_OPENAI = ("OPENAI_API_KEY", "OPENAI_BASE_URL")
_GOOGLE = ("GEMINI_API_KEY", "GOOGLE_API_KEY")
_MANY = (*_ANTHROPIC, *_OPENAI, *_GOOGLE, "DEEPSEEK_API_KEY", "OPENROUTER_API_KEY")

_AGENTS = (
    KnownAgent(
        name="claude",
        title="Claude Code",
        program="claude",
        options=("-p", "--output-format", "json", "--permission-mode", "acceptEdits"),
        variables=(
            *_ANTHROPIC,
            "ANTHROPIC_AUTH_TOKEN",
            "ANTHROPIC_MODEL",
            "CLAUDE_CODE_OAUTH_TOKEN",
            "CLAUDE_CONFIG_DIR",
        ),
        usage=UsageFormat.CLAUDE,
        install="npm install -g @anthropic-ai/claude-code",
    ),
    KnownAgent(
        name="codex",
        title="Codex",
        program="codex",
        options=("exec", "--json", "--sandbox", "workspace-write", "--skip-git-repo-check", "-"),
        variables=(*_OPENAI, "CODEX_API_KEY", "CODEX_HOME"),
        usage=UsageFormat.CODEX,
        install="npm install -g @openai/codex",
    ),
    KnownAgent(
        name="gemini",
        title="Gemini CLI",
        program="gemini",
        options=("--output-format", "json", "--approval-mode", "auto_edit"),
        variables=(
            *_GOOGLE,
            "GEMINI_MODEL",
            "GOOGLE_APPLICATION_CREDENTIALS",
            "GOOGLE_CLOUD_LOCATION",
            "GOOGLE_CLOUD_PROJECT",
            "GOOGLE_GENAI_USE_VERTEXAI",
        ),
        # The working copy is new, so that nobody can have trusted it; without this it ends with 55.
        settings=MappingProxyType({"GEMINI_CLI_TRUST_WORKSPACE": "true"}),
        usage=UsageFormat.GEMINI,
        install="npm install -g @google/gemini-cli",
    ),
    KnownAgent(
        name="opencode",
        title="OpenCode",
        program="opencode",
        options=("run", "--format", "json"),
        variables=(*_MANY, "OPENCODE_CONFIG", "OPENCODE_CONFIG_DIR"),
        # What it would ask about it waits for, and there is nobody to answer.
        settings=MappingProxyType({"OPENCODE_PERMISSION": '{"external_directory":"deny"}'}),
        usage=UsageFormat.OPENCODE,
        install="npm install -g opencode-ai",
    ),
    KnownAgent(
        name="aider",
        title="Aider",
        program="aider",
        options=(
            "--message-file",
            "/dev/stdin",
            "--yes-always",
            "--no-auto-commits",
            "--no-dirty-commits",
            "--no-suggest-shell-commands",
            "--no-gitignore",
            "--no-check-update",
            "--no-pretty",
            "--no-stream",
        ),
        variables=(*_MANY, "AIDER_MODEL", "AIDER_WEAK_MODEL", "OPENAI_API_BASE"),
        install="python -m pip install aider-chat",
    ),
    KnownAgent(
        name="cursor",
        title="Cursor",
        program="cursor-agent",
        options=("-p", "--force", "--trust", "--output-format", "json"),
        variables=("CURSOR_API_KEY",),
        usage=UsageFormat.RESULT,
        install="https://cursor.com/cli",
    ),
    KnownAgent(
        name="copilot",
        title="GitHub Copilot",
        program="copilot",
        options=("-s", "--allow-all-tools"),
        variables=("COPILOT_GITHUB_TOKEN", "COPILOT_MODEL", "GH_TOKEN", "GITHUB_TOKEN"),
        install="npm install -g @github/copilot",
    ),
    KnownAgent(
        name="qwen",
        title="Qwen Code",
        program="qwen",
        options=("--output-format", "json", "--approval-mode", "auto-edit"),
        variables=(*_OPENAI, "DASHSCOPE_API_KEY", "OPENAI_MODEL"),
        usage=UsageFormat.RESULT,
        install="npm install -g @qwen-code/qwen-code",
    ),
    KnownAgent(
        name="goose",
        title="goose",
        program="goose",
        options=("run", "--no-session", "-i", "-"),
        variables=(*_MANY, "GOOSE_MODEL", "GOOSE_PROVIDER", "OPENAI_HOST"),
        settings=MappingProxyType({"GOOSE_MODE": "auto"}),
        install="https://block.github.io/goose",
    ),
    KnownAgent(
        name="amp",
        title="Amp",
        program="amp",
        options=("-x", "--dangerously-allow-all"),
        variables=("AMP_API_KEY", "AMP_URL"),
        install="https://ampcode.com/install",
    ),
)


def known_agents() -> tuple[KnownAgent, ...]:
    """Every coding agent that has a name of its own."""
    return _AGENTS


def agent_called(name: str) -> KnownAgent | None:
    """The agent of this name; None if there is none."""
    return next((agent for agent in _AGENTS if agent.name == name), None)


def agent_of(program: str) -> KnownAgent | None:
    """The agent whose program this is, wherever it lies; None if it is nobody's."""
    name = PurePath(program).name
    return next((agent for agent in _AGENTS if agent.program == name), None)


def installed(known: KnownAgent, *, path: str | None = None) -> str | None:
    """Where an agent's program is, by this search path or by the process's own; None if nowhere."""
    return shutil.which(known.program, path=path)
