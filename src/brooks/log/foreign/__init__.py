"""Histories that others recorded: read, and judged by what the object in them is to be.

    history = read_history(path)
    history.format                       register | key_value
    check(history.operations, history.specification)

Which format a file has is seen from its first line. Every complaint names the file, the line and
what stands there.
"""

from brooks.log.foreign.history import Format, History
from brooks.log.foreign.reading import parse_history, read_history

__all__ = ["Format", "History", "parse_history", "read_history"]
