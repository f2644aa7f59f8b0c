"""From a model string to a model."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from brooks.core.events import ReplyReceived
from brooks.core.spec import ModelSettings
from brooks.log.codec import Codec
from brooks.log.redaction import Redactor
from brooks.log.sqlite import SqliteLog
from brooks.models.base import Model
from brooks.models.keys import Keys
from brooks.models.naming import ModelName, parse_model
from brooks.models.profile import Profile, load_profile
from brooks.models.recorded import RecordedModel
from brooks.models.scripted import ScriptedModel
from brooks.models.simulated import SimulatedModel
from brooks.models.solutions import Solutions
from brooks.runtime.run_folder import find_run

if TYPE_CHECKING:
    from brooks.models.command.working_copy import Places

_COPIES = Path("copies")
NO_PROFILES: Mapping[str, Profile] = {}


@runtime_checkable
class _Closable(Protocol):
    async def close(self) -> None:
        """Let go of connections."""


class ModelFactory:
    """Makes the models that a run names, each at most once."""

    def __init__(
        self,
        runs: Path,
        *,
        keys: Keys | None = None,
        copies: Path = _COPIES,
        places: "Places | None" = None,
        kept: str = "in the run's folder",
        profiles: Mapping[str, Profile] = NO_PROFILES,
    ) -> None:
        """Say where models find what they need.

        Args:
            runs: The folder of all runs, for recorded models.
            keys: The environment and the `.env` file of the folder the user started in; None for none.
            copies: Where agents on the command line get their working copies; made when needed.
            places: Makes the folders that they work in; None for independent copies there.
            kept: Where and for how long the copies are there, in words.
            profiles: Profiles of simulated models that were read already, by the names of the models.
        """
        self._runs = runs
        self._keys = keys or Keys({})
        self._copies = copies
        self._places = places
        self._kept = kept
        self._profiles = profiles
        self._made: dict[ModelName, Model] = {}

    def make(
        self,
        text: str,
        *,
        settings: ModelSettings,
        solutions: Solutions,
        chance: Callable[..., Random],
    ) -> Model:
        """The model that a model string names.

        Raises:
            UsageError: for a string that names no model, a file or run that is not there, a missing
                key, extra or program.
        """
        name = parse_model(text)
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(name, settings, solutions, chance)
        return found

    async def close(self) -> None:
        """Let go of what the models hold."""
        for model in self._made.values():
            if isinstance(model, _Closable):
                await model.close()

    def _make(
        self,
        name: ModelName,
        settings: ModelSettings,
        solutions: Solutions,
        chance: Callable[..., Random],
    ) -> Model:
        match name.kind:
            case "sim":
                known = self._profiles.get(name.name)
                return SimulatedModel(known or load_profile(name.name), solutions, chance)
            case "scripted":
                return ScriptedModel.load(Path(name.name))
            case "recorded":
                return self._recorded(name.name)
            case "command":
                return self._command(name.name, settings)
            case _:
                from brooks.models.providers.opening import open_provider

                return open_provider(name, settings=settings, keys=self._keys)

    def _command(self, name: str, settings: ModelSettings) -> Model:
        from brooks.models.command import CommandModel, parse_command

        return CommandModel(
            parse_command(name),
            environ=self._keys.environ,
            copies=self._copies,
            redactor=Redactor(self._keys.secrets()).text,
            seconds=settings.timeout_seconds,
            passed=settings.environment,
            places=self._places,
            kept=self._kept,
        )

    def _recorded(self, name: str) -> RecordedModel:
        run = find_run(self._runs, name)
        with closing(SqliteLog.open_reader(run.log)) as log:
            records = list(Codec().decode_all(log.read()))
            wanted = {
                record.event.reply: log.blob(record.event.reply)
                for record in records
                if isinstance(record.event, ReplyReceived)
            }
        return RecordedModel(records, wanted.__getitem__)
