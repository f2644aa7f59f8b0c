"""Loads the counting plugin into a pytest of another interpreter, which has no `brooks` to import it from."""

import importlib.util
import os
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location(
    "brooks_counting_plugin", Path(__file__).resolve().parent.parent / "counting.py"
)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)


def pytest_configure(config):
    """Register the plugin with the pipe that this process was given."""
    descriptor = os.environ.pop("BROOKS_COUNTS", None)
    if descriptor is not None:
        config.pluginmanager.register(_MODULE.Counting(int(descriptor)), "brooks-counting")
