"""The command line. `main` is what `brooks` runs; nothing but click is imported before a command is known."""

import sys

INTERRUPTED = 130
"""128 and the number of SIGINT: what a shell reports of a program that Ctrl-C ended."""


def main() -> None:
    """Run the command line of this process."""
    try:
        from brooks.cli.entry import main as run
    except KeyboardInterrupt:  # while there is nobody yet who would say it
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)
    run()


__all__ = ["main"]
