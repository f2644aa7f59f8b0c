"""A page as HTML: whole, closed to the network, and safe with any text in it."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from tests.report.page import made_up
from tests.report.page.made_up import HOSTILE, hostile

from brooks.report.page.assembling import MARK, columns_of, page_data, page_html
from brooks.report.page.contents import Fact, Page, Plot, Section


class Elements(HTMLParser):
    """The elements of a document, as a browser cuts it up."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def shell(html: str) -> str:
    """The document without what stands inside its script elements."""
    return re.sub(r"(<script[^>]*>).*?</script>", r"\1</script>", html, flags=re.DOTALL)


def embedded(html: str) -> Any:
    """The data in the page."""
    found = re.search(
        r'<script type="application/json" id="page-data">(.*?)</script>', html, re.DOTALL
    )
    assert found is not None
    return json.loads(found[1])


def test_a_page_has_one_script_of_data_and_two_programs() -> None:
    """And nothing that is fetched: no source, no sheet, no picture from anywhere."""
    elements = Elements(page_html(made_up.page())).found

    scripts = [attributes for tag, attributes in elements if tag == "script"]
    fetched = [
        (tag, attributes)
        for tag, attributes in elements
        if "src" in attributes or (tag == "link" and attributes.get("href") != "data:,")
    ]
    assert [attributes.get("id") for attributes in scripts] == ["page-data", None, None]
    assert fetched == []


def test_a_page_may_load_nothing() -> None:
    """Its policy forbids what its author forgot."""
    html = page_html(made_up.page())

    assert "default-src 'none'" in html
    assert "connect-src" not in html
    assert html.startswith(MARK)


def test_a_page_that_is_served_may_ask_its_own_server() -> None:
    """And carries where its run is."""
    html = page_html(made_up.page(), live='/runs/a"b')

    assert "connect-src 'self'" in html
    assert 'data-live="/runs/a&#34;b"' in html


def test_hostile_text_stays_text() -> None:
    """No text of a run ends a script element or begins an element of its own."""
    page = hostile()

    html = page_html(page)

    assert HOSTILE not in html
    tags = [tag for tag, _ in Elements(shell(html)).found]
    assert "img" not in tags
    assert tags.count("script") == 3
    data = embedded(html)
    assert data["verdict"] == HOSTILE
    assert data["sections"][0]["parts"][0]["title"] == HOSTILE


def test_the_data_in_a_page_is_the_data() -> None:
    """What stands in the HTML is what `page_data` gives, with rows that can be had back."""
    page = made_up.page(rows=1000)

    data = embedded(page_html(page))

    assert data == json.loads(json.dumps(page_data(page)))
    plot = page.sections[0].parts[0]
    assert isinstance(plot, Plot)
    levels = data["sections"][0]["parts"][0]["data"]["work"]
    assert columns_of(levels[-1]["columns"]) == plot.data["work"][-1].columns
    assert "of" in levels[-1]["columns"]["task"]


def test_a_number_that_json_has_no_word_for_is_unknown() -> None:
    """Not-a-number and infinity become null."""
    page = msgspec.structs.replace(
        made_up.page(),
        facts=(Fact(name="x", label="x", value=float("inf"), text="unbounded"),),
        sections=(),
    )

    assert embedded(page_html(page))["facts"][0]["value"] is None


@pytest.mark.parametrize("simulated", [True, False])
def test_every_simulated_plot_says_so(*, simulated: bool) -> None:
    """In itself, and to who hears it."""
    page = made_up.page(simulated=simulated)

    plots = [
        part
        for section in page_data(page)["sections"]
        for part in section["parts"]
        if part["kind"] == "plot" and part["simulated"]
    ]

    assert bool(plots) == simulated
    for plot in plots:
        assert plot["spec"]["title"]["text"] == "simulated"
        assert plot["spec"]["description"].startswith("Simulated.")


def test_a_page_without_plots_is_small_but_for_the_program() -> None:
    """The program that draws is nine tenths of a megabyte; ours is little beside it."""
    page = Page(
        title="t",
        verdict="v",
        tone="quiet",
        facts=(),
        sections=(Section(name="s", title="s"),),
        simulated=False,
        about={},
    )

    assert len(page_html(page)) < 1_100_000
