"""Where the data is that measurements compare with: published runs, graphs, labelled histories."""

import os
import sys
from pathlib import Path

_BESIDE_THE_PROJECT = Path(__file__).resolve().parents[3] / "shared" / "data"


def data_folder(name: str) -> Path:
    """A folder of the data; ends the program if it is not there."""
    found = Path(os.environ.get("BROOKS_TEST_DATA") or _BESIDE_THE_PROJECT) / name
    if not found.is_dir():
        sys.exit(f"there is no folder {str(found)!r}: set BROOKS_TEST_DATA to the data")
    return found
