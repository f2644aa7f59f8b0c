"""A fixture that watches one task's module use the function of another task."""

from importlib import import_module

import pytest


@pytest.fixture
def calls_of(monkeypatch):
    """Return a function that watches the calls a module makes to a function it imported.

    `calls_of("task", "needed")` expects `from needed import needed` in task.py and gives a list
    that grows by the arguments of each call.
    """

    def watch(module, function):
        target = import_module(module)
        original = getattr(target, function, None)
        assert callable(original), (
            f"{module}.py needs `from {function} import {function}` at its top"
        )
        calls = []

        def watched(*arguments, **named):
            calls.append((*arguments, *named.values()))
            return original(*arguments, **named)

        monkeypatch.setattr(target, function, watched)
        return calls

    return watch
