"""The program that draws plots in a page: Vega, Vega-Lite and Vega-Embed as one script, made by vl-convert.

Making it takes one to two seconds, so it is kept in the user's cache folder, by version of vl-convert. What
cannot be kept there is made anew each time.
"""

import os
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from brooks.errors import InternalError


def drawing_program() -> str:
    """The script: it defines `vega`, `vegaLite` and `vegaEmbed`, and asks for nothing from the network."""
    kept = _cache_file()
    try:
        found = kept.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        found = ""
    if not found.endswith(_END):
        found = _made()
        _keep(kept, found)
    return found


_END = "\n})();\n"
"""How a script that is whole ends."""


def _made() -> str:
    import vl_convert

    program = vl_convert.javascript_bundle()  # type: ignore[call-arg] # its stub asks for a snippet
    script = f"(function () {{\n{program}{_END}"
    if "</script" in script.lower() or "<!--" in script:
        raise InternalError(
            "the script that vl-convert makes would end the page's script element: "
            f"version {version('vl-convert-python')!r} cannot be used"
        )
    return script


def _cache_file() -> Path:
    folder = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(folder) if folder else Path("~/.cache").expanduser()
    return base / "brooks" / f"vega-{version('vl-convert-python')}.js"


def _keep(file: Path, script: str) -> None:
    """Write it whole or not at all."""
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(script, encoding="utf-8")
        temporary.replace(file)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
