"""Served pages in a real browser: they follow by themselves, and ask nobody but the server."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.report.browser import Browser, find_browser, open_browser
from tests.report.serving.conftest import Served, serving

from brooks.cli.serving import making

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_browser() is None, reason="there is no chromium on this machine"),
]
Write = Callable[..., Any]
BADGE = "document.querySelector('.badge').textContent"
SHOWN = "document.documentElement.dataset.version"


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    """One browser for the tests of this file."""
    with tempfile.TemporaryDirectory() as profile, open_browser(Path(profile)) as found:
        yield found


@pytest.fixture
def browser(opened: Browser) -> Browser:
    """That browser, as if nothing had been said yet."""
    opened.call("Page.navigate", url="about:blank")
    opened.wait_until("location.href === 'about:blank'")
    opened.requests.clear()
    opened.errors.clear()
    return opened


@pytest.fixture
def served(runs: Path) -> Iterator[Served]:
    """A server that makes pages as the command does."""
    with serving(runs, making()) as server:
        yield server


def fact(name: str) -> str:
    """What stands on the page as a fact."""
    return f"document.querySelector('[data-fact={name}] dd')?.textContent"


def show(browser: Browser, address: str) -> None:
    """Open an address, and leave a mark that is gone when the page is loaded again."""
    browser.call("Page.navigate", url=address)
    browser.wait_until(f"location.href === '{address}' && document.readyState === 'complete'")
    browser.evaluate("window.mark = 1")


def foreign(browser: Browser, served: Served) -> list[str]:
    """What was asked of anybody else."""
    ours = (served.server.url, "data:", "blob:", "about:")
    return [url for url in browser.requests if not url.startswith(ours)]


def test_a_page_follows_its_run_without_being_loaded_again(
    browser: Browser, served: Served, write: Write
) -> None:
    """While it is written, when its writer goes, and when another one takes over, to the end."""
    writer = write(count=60)
    show(browser, f"{served.server.url}runs/one")
    browser.wait_until(f"{SHOWN}?.startsWith('60/')")
    browser.wait_until("document.documentElement.dataset.ready === 'true'")
    before = browser.evaluate(fact("writer"))
    live = browser.evaluate(BADGE)
    writer.grow(60)
    browser.wait_until(f"{SHOWN}.startsWith('120/')")
    writer.close()
    browser.wait_until(f"{fact('writer')} === 'nobody writes this run'")
    writer.open_again()
    writer.grow(1000)
    browser.wait_until(f"{fact('writer')} === 'finished'")
    writer.close()
    browser.wait_until(f"{BADGE} === 'up to date'")

    assert live == "live"
    assert before == "running"
    assert browser.evaluate(fact("verified")) == "20 of 20"
    assert browser.evaluate("window.mark") == 1
    assert browser.evaluate("document.documentElement.dataset.errors ?? ''") == ""
    assert browser.errors == []
    assert foreign(browser, served) == []


def test_a_page_says_when_its_log_is_gone(
    browser: Browser, served: Served, write: Write, runs: Path
) -> None:
    """What was shown stays until the log is back; a link leads to the other runs."""
    writer = write(count=60)
    show(browser, f"{served.server.url}runs/one")
    browser.wait_until(f"{SHOWN}?.startsWith('60/')")
    writer.close()
    browser.wait_until(f"{SHOWN} === '60/-'")
    (runs / "one").rename(runs.parent / "away")
    browser.wait_until(f"{BADGE}.includes('one/run.db')")
    kept = browser.evaluate(fact("verified"))
    (runs.parent / "away").rename(runs / "one")
    browser.wait_until(f"{BADGE} === 'up to date'")

    assert kept.endswith("of 20")
    assert browser.evaluate("window.mark") == 1
    link = "[...document.links].find((link) => link.text === 'All runs').href"
    show(browser, browser.evaluate(link))
    browser.wait_until("document.querySelector('tbody a')?.textContent === 'one'")


def test_the_list_follows_its_runs(
    browser: Browser, served: Served, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that begins is added and one that ends says so; the focus stays where it was."""
    monkeypatch.setattr("brooks.report.serving.index.REFRESH_SECONDS", 0.05)
    writer = write("old", count=60)
    show(browser, served.server.url)
    browser.evaluate("document.querySelector('tbody a').focus()")
    write("young", count=5)
    browser.wait_until("document.querySelectorAll('tbody tr').length === 2")
    writer.grow(1000)
    browser.wait_until("document.querySelector('tbody').textContent.includes('20 of 20')")

    assert browser.evaluate("document.activeElement.textContent") == "old"
    assert browser.evaluate("window.mark") == 1
    assert browser.errors == []
    assert foreign(browser, served) == []


def test_a_page_of_another_origin_learns_nothing(
    browser: Browser, served: Served, write: Write, runs: Path, source: Any
) -> None:
    """Neither by fetching nor by listening, though its own rules would let it."""
    write(count=60)
    with serving(runs.parent / "elsewhere") as other:
        show(browser, other.server.url.replace("127.0.0.1", "localhost"))
        ours = f"{served.server.url}runs/one"
        script = f"""(async () => {{
            const tell = (thing) => new Promise((done) => {{
                thing.onload = () => done('read'); thing.onmessage = () => done('read');
                thing.onerror = () => done('refused'); }});
            const found = {{}};
            for (const mode of ['cors', 'no-cors'])
                found[mode] = await fetch('{ours}/page.json', {{ mode }})
                    .then((answer) => answer.text()).then((text) => text ? 'read' : 'refused')
                    .catch(() => 'refused');
            found.stream = await tell(new EventSource('{ours}/events'));
            return found; }})()"""
        browser.call("Page.setBypassCSP", enabled=True)
        try:
            show(browser, other.server.url.replace("127.0.0.1", "localhost"))
            found = browser.evaluate(script)
        finally:
            browser.call("Page.setBypassCSP", enabled=False)

    assert found == {"cors": "refused", "no-cors": "refused", "stream": "refused"}
