"""Which runs cannot be carried out on many machines."""

from brooks.core.spec import Pacing, Spec
from brooks.errors import UsageError
from brooks.models.naming import parse_model
from brooks.runtime.beginnings import all_models

_DEALT = frozenset({"scripted", "recorded"})
"""Kinds of models that deal their replies out in one process."""


def refuse_what_stays_here(spec: Spec) -> None:
    """Some runs make sense in one process only.

    Raises:
        UsageError: This is one of them.
    """
    if spec.clock != "real":
        raise UsageError(
            "`--engine ray` runs a team in real time, and the clock is virtual: leave --engine out, or "
            "start a run with --clock real"
        )
    messages = spec.faults.messages
    if spec.faults.faults or messages.lost or messages.duplicated or messages.delayed:
        raise UsageError(
            "faults on purpose are made in one process: leave out --faults, or --engine ray"
        )
    if spec.team.pacing is Pacing.ROUNDS:
        raise UsageError(
            "a team in rounds is one process, in which agents wait for each other: leave out --engine ray"
        )
    for model in all_models(spec):
        if parse_model(model).kind in _DEALT:
            raise UsageError(
                f"the model {model!r} deals its replies out in one process: leave out --engine ray"
            )
