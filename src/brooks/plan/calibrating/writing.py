"""A fitted profile as a file that says from what it was fitted and how well."""

from collections.abc import Iterator
from pathlib import Path

from brooks.errors import OutsideError
from brooks.models.profile import Profile
from brooks.plan.calibrating.fitting import Fitted


def write_profile(path: Path, fitted: Fitted) -> None:
    """Write it.

    Raises:
        OutsideError: The file cannot be written.
    """
    try:
        path.write_text(profile_text(fitted), encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutsideError(f"cannot write {str(path)!r}: {error.strerror or error}") from error


def profile_text(fitted: Fitted) -> str:
    """The file's text: comments, then the keys."""
    return "".join(f"{line}\n" for line in _lines(fitted))


def _lines(fitted: Fitted) -> Iterator[str]:
    models = ", ".join(fitted.models) or "an unnamed model"
    sizes = ", ".join(map(str, fitted.sizes))
    yield f"# Fitted to {fitted.runs} runs with {fitted.replies} replies of {models}, in teams of {sizes}."
    yield "#"
    yield "# Fitted, with the 95 % interval and what it rests on:"
    for one in fitted.parameters:
        name = f"{one.key:<24}"
        yield f"#   {name} {one.value:.4g} ({one.low:.3g} to {one.high:.3g}; {one.count} {one.of})"
    yield "#"
    yield "# How well that describes those runs:"
    for good in fitted.goodness:
        yield f"#   {good.what}: {good.measure} {good.value:.2f} over {good.count}"
    if fitted.priors:
        yield "#"
        yield "# Guessed from what is usual, since those runs do not show it:"
        yield from (f"#   {prior.key:<24} {prior.value:g}: {prior.why}" for prior in fitted.priors)
    if fitted.missing:
        yield "#"
        yield "# To fit these too:"
        yield from (f"#   {', '.join(one.keys)}: {one.what}" for one in fitted.missing)
    yield from key_lines(fitted.profile)


def key_lines(profile: Profile) -> Iterator[str]:
    """A profile's keys as YAML, without those that are not set."""
    for key in profile.__struct_fields__:
        value = getattr(profile, key)
        if value is not None:
            yield f"{key}: {value!r}"
