"""What the tests stand on: the network is shut, the profiles repeat, missing data is said."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import hypothesis
import pytest

CONFTEST = Path(__file__).with_name("conftest.py")


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org"])
def test_a_connection_to_another_machine_is_refused(host: str) -> None:
    """A test forgets its fake and a client dials out, by number or by name."""
    with pytest.raises(Exception, match="use a fake") as raised:
        socket.create_connection((host, 443))

    assert type(raised.value).__name__ == "NetworkRefusedError"
    assert repr(host) in str(raised.value)


def test_a_connection_without_a_lookup_is_refused() -> None:
    """The address is a number already, so nothing is looked up before the connection."""
    with (
        socket.socket(socket.AF_INET) as client,
        pytest.raises(Exception, match="use a fake"),
    ):
        client.connect(("192.0.2.1", 443))


def test_a_datagram_to_another_machine_is_refused() -> None:
    """Nothing is connected before a datagram leaves, so sending is watched too."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        pytest.raises(Exception, match="use a fake"),
    ):
        sender.sendto(b"hello", ("192.0.2.1", 53))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_can_be_reached(host: str) -> None:
    """A fake server on the loopback is how a client is tested."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        accepting = threading.Thread(target=greet_one, args=(server,))
        accepting.start()

        with socket.socket() as client:
            client.connect((host, server.getsockname()[1]))
            received = client.recv(1)

        accepting.join()

    assert received == b"!"


def greet_one(server: socket.socket) -> None:
    with server.accept()[0] as connection:
        connection.sendall(b"!")


@pytest.mark.parametrize(("profile", "repeats"), [("dev", True), ("ci", True), ("nightly", False)])
def test_each_hypothesis_profile_says_whether_it_repeats(profile: str, repeats: bool) -> None:
    """Hypothesis changes its default where it sees CI, so no profile leaves it open."""
    settings = hypothesis.settings.get_profile(profile)

    assert settings.derandomize is repeats


@pytest.mark.slow
@pytest.mark.parametrize(
    ("beside", "environment", "outcome"),
    [
        (True, {}, "1 passed"),
        (False, {}, "1 skipped"),
        (False, {"CI": "true"}, "1 skipped"),
        (True, {"BROOKS_TEST_DATA": "nowhere"}, "1 skipped"),
        (True, {"BROOKS_TEST_DATA": "nowhere", "CI": "true"}, "1 error"),
    ],
    ids=["there", "absent", "absent in CI", "mis-set", "mis-set in CI"],
)
def test_absent_data_skips_and_in_ci_a_wrong_path_to_present_data_fails(
    tmp_path: Path, beside: bool, environment: dict[str, str], outcome: str
) -> None:
    """A test asks for the published data; CI must not pass by skipping it while it is there."""
    tests = tmp_path / "project" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(CONFTEST, tests)
    (tests / "test_it.py").write_text("def test_it(test_data):\n    assert test_data.is_dir()\n")
    if beside:
        (tmp_path / "shared" / "data").mkdir(parents=True)
    kept = {
        key: value for key, value in os.environ.items() if key not in {"CI", "BROOKS_TEST_DATA"}
    }

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"],
        cwd=tests.parent,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome in done.stdout
