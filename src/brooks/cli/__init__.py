"""The command line. `main` is what `brooks` runs; nothing but click is imported before a command is known."""

from brooks.cli.entry import main

__all__ = ["main"]
