"""What every page must show in a browser, whatever it is about."""

from pathlib import Path
from typing import Any

from tests.report.browser import Browser

FIGURES = "[...document.querySelectorAll('figure')]"
_HOVERED = """(() => {
  const [key, part] = [...brooks.page.parts].find(([key]) => key === %r);
  const {left, top} = part.drawing.querySelector('canvas').getBoundingClientRect();
  const padding = part.view.padding(), origin = part.view.origin();
  const SOLID = ['rect', 'symbol', 'arc'], solid = [], thin = [];
  const look = (group, x, y) => {
    for (const mark of group.items ?? []) {
      for (const item of mark.items ?? []) {
        if (mark.marktype === 'group') look(item, x + (item.x ?? 0), y + (item.y ?? 0));
        else if (mark.role === 'mark' && item.tooltip !== undefined && item.bounds && item.opacity !== 0) {
          const box = item.bounds;
          const place = [x + (box.x1 + box.x2) / 2, y + (box.y1 + box.y2) / 2];
          (SOLID.includes(mark.marktype) ? solid : thin).push(place);
        }
      }
    }
  };
  look(part.view.scenegraph().root.items[0], left + origin[0] + padding.left, top + origin[1] + padding.top);
  const found = solid.length > 0 ? solid : thin;
  const step = Math.max(Math.floor(found.length / 12), 1);
  return found.filter((_, place) => place %% step === 0);
})()"""
"""Where marks of a plot are that have something to say."""


def assert_nothing_failed(browser: Browser) -> None:
    """No error in the page or on its console, and no request but for files of this machine."""
    assert browser.evaluate("document.documentElement.dataset.errors ?? ''") == ""
    assert browser.errors == []
    assert [
        url for url in browser.requests if not url.startswith(("file:", "data:", "blob:"))
    ] == []


def open_all(browser: Browser) -> dict[str, int]:
    """Unfold every section and look at every plot: how many marks each has."""
    browser.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    for place in range(browser.evaluate(f"{FIGURES}.length")):
        browser.evaluate(f"{FIGURES}[{place}].scrollIntoView({{behavior: 'instant'}})")
        browser.wait_until(f"{FIGURES}[{place}].dataset.marks !== undefined")
    found = browser.evaluate(f"{FIGURES}.map(one => [one.dataset.part, Number(one.dataset.marks)])")
    return dict(found)


def hovered(browser: Browser, part: str) -> str:
    """What is shown beside the pointer over some mark of a plot; empty if nothing is."""
    figure = f"{FIGURES}.find(one => one.dataset.part === {part!r})"
    browser.evaluate(
        f"{figure}.querySelector('.frame').scrollIntoView({{behavior: 'instant', block: 'center'}})"
    )
    height = browser.evaluate("innerHeight")
    for x, y in browser.evaluate(_HOVERED % part):
        if not 0 < y < height:
            continue
        browser.move_to(x, y)
        said: Any = browser.evaluate(
            "new Promise(done => setTimeout(() => done("
            "document.querySelector('#vg-tooltip-element.visible')?.innerText ?? ''), 60))"
        )
        browser.move_to(3, 3)
        if said:
            return str(said)
    return ""


def look_at(browser: Browser, page: Path, *, width: int, theme: str) -> dict[str, int]:
    """Open a page and all that is folded in it: nothing fails, nothing is wider than the window.

    And each plot tells a screen reader what it shows, which is also there to read.
    """
    browser.show(page, width=width, theme=theme)
    marks = open_all(browser)

    assert browser.evaluate("document.documentElement.scrollWidth") == width
    paper = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(20, 23, 27)" if theme == "dark" else "rgb(255, 255, 255)")
    told = "one.querySelector('[role=\"graphics-document\"]')?.getAttribute('aria-label')"
    words = "one.querySelector('.words p').textContent"
    assert browser.evaluate(f"{FIGURES}.filter(one => !({told}) || {told} !== {words}).length") == 0
    assert_nothing_failed(browser)
    return marks
