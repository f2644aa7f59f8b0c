"""Fits the bundled profiles of the published models again, and says which keys would change.

One profile a model, of all its runs in all suites, and `cautious`: of each key the worse of the two. With
`--write` the files in the package are written anew.

    PYTHONPATH=evidence python -m measure.fitted_profiles [--write]
"""

import json
import sys
from pathlib import Path

import polars as pl

import brooks.models.profile as profiles
from brooks.log.foreign.published import read_published
from brooks.models.profile import Profile, bundled_profiles, load_profile
from brooks.plan.calibrating import Fitted, fit_profile
from brooks.plan.calibrating.writing import key_lines, profile_text
from measure.data_folder import data_folder

FOLDER = Path(profiles.__file__).parent / "profiles"
SMALLER_IS_WORSE = frozenset(
    {
        "output_tokens_per_second",
        "chained_load",
        "whole_load",
        "chosen_load",
        "repair",
        "catches_up",
        "recalls",
    }
)
"""Keys of which less is worse; of the others it is more."""
CAUTIOUS = """\
# A model to plan with where nothing is known of one's own: of each key the worse of what was fitted to two
# models, claude-sonnet-4-6 and gemini-3-flash-preview, in 941 published runs of one to five agents. Both at
# once are worse than either, so times, tokens and failures come out too high rather than too low.
#
# How well those two describe their runs stands in their own files. Guessed in both, and so here: mistake,
# repair, stall, stall_seconds, whole_load, catches_up, pace_sigma, waits_first.
"""


def fitted_texts() -> dict[str, str]:
    """The text of each file, by the profile's name."""
    tables = read_published(data_folder("published"))
    fitted: dict[str, Fitted] = {}
    for model in sorted(tables.runs["model"].unique()):
        name = model.split("_", 1)[1]
        fitted[name] = fit_profile(tables, only=pl.col("model") == model)
    texts = {name: profile_text(one) for name, one in fitted.items()}
    worst = "\n".join(key_lines(cautious([one.profile for one in fitted.values()])))
    return {**texts, "cautious": f"{CAUTIOUS}{worst}\n"}


def cautious(each: list[Profile]) -> Profile:
    """Of each key the worst."""
    values = {}
    for key in Profile.__struct_fields__:
        there = [getattr(one, key) for one in each]
        values[key] = min(there) if key in SMALLER_IS_WORSE else max(there)
    return Profile(**values)


def main() -> None:
    texts = fitted_texts()
    if "--write" in sys.argv:
        for name, text in texts.items():
            (FOLDER / f"{name}.yaml").write_text(text, encoding="utf-8", newline="\n")
    different = [
        name
        for name, text in texts.items()
        if name not in bundled_profiles() or "\n".join(key_lines(load_profile(name))) not in text
    ]
    print(json.dumps({"measured": len(different), "detail": {"other than bundled": different}}))


if __name__ == "__main__":
    main()
