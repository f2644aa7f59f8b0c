"""The page on statistics: its example gives the sentence that stands below it."""

import re

from tests.docs.conftest import DOCS

PAGE = (DOCS / "statistics.md").read_text(encoding="utf-8")


def test_the_example_gives_its_sentence() -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    *lines, call, answer = block.strip().splitlines()
    names: dict[str, object] = {}

    exec("\n".join(lines), names)  # noqa: S102 - the page is ours

    assert eval(call, names) == answer.removeprefix("# ")  # noqa: S307
