"""Fixtures that watch what a task builds on, and that read the SVG it returns."""

import re
from importlib import import_module
from xml.etree import ElementTree

import pytest

NAMESPACE = "{http://www.w3.org/2000/svg}"


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


@pytest.fixture
def read_document():
    """Return a function that reads a whole SVG document; its elements then have plain names."""

    def read(text):
        root = ElementTree.fromstring(text)
        for element in root.iter():
            assert element.tag.startswith(NAMESPACE), f"not in the SVG namespace: {element.tag}"
            element.tag = element.tag.removeprefix(NAMESPACE)
        assert root.tag == "svg"
        return root

    return read


@pytest.fixture
def read_fragment():
    """Return a function that reads one element, written without a namespace."""
    return ElementTree.fromstring


@pytest.fixture
def read_path():
    """Return a function that reads path data as a list of (letter, numbers)."""

    def read(data):
        number = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
        rest = re.sub(rf"[MLHVCSQTAZmlhvcsqtaz]|{number}|[\s,]", "", data)
        assert rest == "", f"not path data: {data!r}"
        return [
            (letter, [float(found) for found in re.findall(number, numbers)])
            for letter, numbers in re.findall(r"([A-DF-Za-df-z])([^A-DF-Za-df-z]*)", data)
        ]

    return read


@pytest.fixture
def read_points():
    """Return a function that reads the `points` of a polygon as a list of (x, y)."""

    def read(text):
        numbers = [float(number) for number in text.replace(",", " ").split()]
        assert len(numbers) % 2 == 0, f"a number too many: {text!r}"
        return list(zip(numbers[::2], numbers[1::2], strict=True))

    return read
