"""From a model string to a model."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

from brooks.core.events import ReplyReceived
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from brooks.models.base import Model
from brooks.models.naming import parse_model
from brooks.models.profile import load_profile
from brooks.models.recorded import RecordedModel
from brooks.models.scripted import ScriptedModel
from brooks.models.simulated import SimulatedModel
from brooks.models.solutions import Solutions
from brooks.runtime.run_folder import find_run


class ModelFactory:
    """Makes the models that a run names, each at most once."""

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self._made: dict[str, Model] = {}

    def make(self, text: str, *, solutions: Solutions, chance: Callable[..., Random]) -> Model:
        """The model that a model string names.

        Raises:
            UsageError: for a string that names no model, or a file or run that is not there.
        """
        found = self._made.get(text)
        if found is None:
            found = self._made[text] = self._make(text, solutions, chance)
        return found

    def _make(self, text: str, solutions: Solutions, chance: Callable[..., Random]) -> Model:
        named = parse_model(text)
        if named.kind == "sim":
            return SimulatedModel(load_profile(named.name), solutions, chance)
        if named.kind == "scripted":
            return ScriptedModel.load(Path(named.name))
        run = find_run(self._runs, named.name)
        with closing(SqliteLog.open_reader(run.log)) as log:
            records = list(Codec().decode_all(log.read()))
            wanted = {
                record.event.reply: log.blob(record.event.reply)
                for record in records
                if isinstance(record.event, ReplyReceived)
            }
        return RecordedModel(records, wanted.__getitem__)
