"""What every test gets: no network, hypothesis profiles, the data that is not in the repository.

The network is refused by an audit hook, which sees every connection this process makes, whatever
library makes it, and every name it looks up. The hook cannot be taken out again, so it asks a flag
that only a test marked `live` lowers. Child processes are not watched.
"""

import ipaddress
import os
import signal
import socket
import sys
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA_BESIDE_THE_PROJECT = ROOT.parent / "shared" / "data"

hypothesis.settings.register_profile(
    "dev", max_examples=30, derandomize=True, deadline=None, print_blob=True
)
hypothesis.settings.register_profile(
    "ci", max_examples=100, derandomize=True, deadline=None, print_blob=True
)
hypothesis.settings.register_profile(
    "nightly", max_examples=5000, derandomize=False, deadline=None, print_blob=True
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that starts the tests in the background has Ctrl-C ignored, and so would every child
    # process, those among them that are tested to heed it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


class NetworkRefusedError(Exception):
    """A test tried to reach another machine."""


class NetworkGuard:
    """Refuses what leaves this machine, except while `is_open`."""

    def __init__(self) -> None:
        self.is_open = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.is_open or not event.startswith("socket."):
            return
        match event, arguments:
            case (
                "socket.connect" | "socket.sendto" | "socket.sendmsg",
                (socket.socket(family=socket.AF_INET | socket.AF_INET6), (host, *_)),
            ):
                refuse_another_machine(host)
            case "socket.getaddrinfo" | "socket.gethostbyname", (host, *_):
                refuse_another_machine(host)
            case _:
                pass


def refuse_another_machine(host: object) -> None:
    if host in {None, "", "localhost", b"localhost"}:
        return
    try:
        is_this_machine = ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        is_this_machine = False
    if not is_this_machine:
        raise NetworkRefusedError(
            f"a test tried to reach {host!r}: use a fake, or mark the test `live`"
        )


guard = NetworkGuard()
sys.addaudithook(guard)


def pytest_runtest_setup(item: pytest.Item) -> None:
    guard.is_open = item.get_closest_marker("live") is not None


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of published data: `BROOKS_TEST_DATA`, or `../shared/data` from the root."""
    named = os.environ.get("BROOKS_TEST_DATA")
    folder = Path(named) if named else DATA_BESIDE_THE_PROJECT
    if folder.is_dir():
        return folder
    reason = f"there is no folder {str(folder)!r}: set BROOKS_TEST_DATA to the published data"
    if os.environ.get("CI") and DATA_BESIDE_THE_PROJECT.is_dir():
        pytest.fail(f"{reason}; it is at {str(DATA_BESIDE_THE_PROJECT)!r}")
    pytest.skip(reason)
