"""Libraries that only some commands need, and the extra of this package that brings each."""

EXTRA_OF = {
    "inspect_ai": "inspect",
    "jinja2": "report",
    "numpy": "data",
    "opentelemetry": "otel",
    "polars": "data",
    "ray": "ray",
    "scipy": "data",
    "vl_convert": "report",
}
"""The extra by the name of the package that is imported."""
PURPOSES = {
    "data": "measure, compare, bench, import, fit and calibrate",
    "report": "report, and the pages of serve",
    "otel": "--otlp and export --format otlp",
    "inspect": "export --format inspect",
    "ray": "--engine ray",
}
"""What each extra is for, in the order in which a user may want them."""


def how_to_install(error: ModuleNotFoundError) -> str | None:
    """The line that says what to install, if that is what is wrong."""
    package = (error.name or "").partition(".")[0]
    extra = EXTRA_OF.get(package)
    if extra is None:
        return None
    return f"this command needs the package {package!r}: pip install 'brooks[{extra}]'"
