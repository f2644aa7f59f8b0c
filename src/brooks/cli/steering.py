"""What the keys of a live view ask of a run: the same requests as `brooks pause`, `cancel` and `requeue`."""

import os
import signal
from collections.abc import Callable

from brooks.errors import BrooksError
from brooks.ids import TaskId
from brooks.log.control import post
from brooks.log.lock import writer_pid
from brooks.runtime.controls import control_request
from brooks.runtime.run_folder import RunFolder

BUSY_SECONDS = 1.0
"""How long a key waits for the writer's commit."""


class RequestsByKey:
    """Posts what keys ask for, beside the log of a run."""

    def __init__(
        self,
        folder: Callable[[], RunFolder | None],
        *,
        leave: Callable[[], str],
        leave_words: str,
        leave_question: str = "",
    ) -> None:
        """Know the run and the way out.

        Args:
            folder: Gives the run's folder; None while there is none.
            leave: What `q` does; gives what to tell the user.
            leave_words: What `q` does, for the list of keys.
            leave_question: What to ask before; empty for nothing.
        """
        self._folder = folder
        self._leave = leave
        self.leave_words = leave_words
        self.leave_question = leave_question

    def ask(self, action: str, task: TaskId | None = None) -> str:
        """Post a request; gives what to tell the user."""
        folder = self._folder()
        if folder is None:
            return "the run has not begun"
        what = f"{action} {task}" if task is not None else action
        try:
            is_alive = writer_pid(folder.log) is not None
            is_virtual = folder.manifest().get("clock") == "virtual"
            if not is_alive and task is None:
                return f"nobody works on the run, so there is nothing to {action}"
            post(folder.log, control_request(action, task), busy_seconds=BUSY_SECONDS)
        except (BrooksError, OSError) as error:
            return f"not asked: {error}"
        if is_alive and not is_virtual:
            return f"asked: {what}"
        return f"asked: {what}; it has its effect on `brooks resume {folder.id}`"

    def leave(self) -> str:
        """The way out was confirmed."""
        return self._leave()


def interrupt_this_process() -> str:
    """Do what Ctrl-C does."""
    os.kill(os.getpid(), signal.SIGINT)
    return "stopping: replies in flight are waited for"
