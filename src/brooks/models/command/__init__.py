"""Coding agents on the command line as models: `command:claude`, `command:ARGV`."""

from brooks.models.command.agents import KnownAgent, UsageFormat, installed, known_agents
from brooks.models.command.command import Command, parse_command
from brooks.models.command.model import CommandModel
from brooks.models.command.prompt import prompt_text

__all__ = [
    "Command",
    "CommandModel",
    "KnownAgent",
    "UsageFormat",
    "installed",
    "known_agents",
    "parse_command",
    "prompt_text",
]
