"""Asking something of a run that another process coordinates.

The request goes into the run's own file, as one small transaction that waits for the writer's,
and the writer is handed it when it next takes its controls: now if it runs, else when the run is
resumed.
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from brooks.log import database
from brooks.log.store import JSON


def post(
    path: Path,
    request: Mapping[str, JSON],
    *,
    busy_seconds: float = database.BUSY_SECONDS,
) -> int:
    """Post `request` to the log at `path`, durably, and return its number there.

    A UsageError when there is no log; an OutsideError when the writer's commit takes longer than
    `busy_seconds`.
    """
    text = json.dumps(request, allow_nan=False)
    with closing(database.open_file(path, busy_seconds=busy_seconds)) as connection:
        try:
            cursor = connection.execute("INSERT INTO control (request) VALUES (?)", (text,))
        except sqlite3.Error as error:
            raise database.explain(error, path) from error
        return cursor.lastrowid or 0
