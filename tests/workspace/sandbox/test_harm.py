"""A check that means harm does none."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.workspace.sandbox.conftest import processes_saying

from brooks.workspace.sandbox import CheckLimits, Level, Reason

if TYPE_CHECKING:
    from tests.workspace.sandbox.conftest import Place

pytestmark = pytest.mark.slow


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Give a folder of the user that anyone may enter, with a secret in it."""
    for folder in (tmp_path.parent, tmp_path):
        folder.chmod(0o777)
    (tmp_path / "secret").write_text("of the user")
    return tmp_path


def test_a_check_cannot_write_outside(closed_place: "Place", outside: Path) -> None:
    """Not even where every user may write."""
    outcome = closed_place.test(f"def test_a(): open({str(outside / 'evil')!r}, 'w')\n")

    assert outcome.reason is Reason.FAILED
    assert [path.name for path in outside.iterdir()] == ["secret"]


def test_a_check_cannot_read_outside(closed_place: "Place", outside: Path) -> None:
    """Not by name, and not through a link in its own tree."""
    tree = closed_place.tree({"test_a.py": "def test_a(): open('link/secret')\n"})
    (tree / "link").symlink_to(outside)

    by_link = closed_place.sandbox.run("python -m pytest -q", tree, CheckLimits())
    by_name = closed_place.test(f"def test_a(): open({str(outside / 'secret')!r})\n")

    assert by_link.reason is by_name.reason is Reason.FAILED
    assert (outside / "secret").read_text() == "of the user"


def test_the_home_of_the_user_cannot_be_listed(closed_place: "Place") -> None:
    """It holds keys; a check gets a home of its own, empty."""
    home = Path.home()
    code = (
        "import os, pytest\ndef test_a():\n"
        f" try: names = os.listdir({str(home)!r})\n"
        " except OSError: names = []\n"
        " assert not [name for name in names if not name.startswith('.pyenv')]\n"
        f" assert os.path.expanduser('~') != {str(home)!r}\n"
        " assert os.listdir(os.path.expanduser('~')) == []\n"
    )

    outcome = closed_place.test(code)

    assert outcome.passed, outcome.output


def test_the_environment_of_the_parent_does_not_reach_a_check(
    place: "Place", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys of model providers are in it."""
    monkeypatch.setenv("BROOKS_TEST_KEY", "secret")

    outcome = place.check("env", {})

    names = {line.partition("=")[0] for line in outcome.output.splitlines()}
    assert names - {"PWD", "SHLVL", "_"} == {
        "CI", "HOME", "LANG", "LOGNAME", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED",
        "TMPDIR", "USER",
    }  # fmt: skip


def test_the_environment_of_the_parent_cannot_be_read_from_the_system(
    closed_place: "Place",
) -> None:
    """The kernel shows every process's environment to its own user."""
    outcome = closed_place.test(f"def test_a(): open('/proc/{os.getpid()}/environ').read()\n")

    assert outcome.reason is Reason.FAILED


@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
def test_no_check_reaches_a_server_of_this_machine(place: "Place", kind: str) -> None:
    """TCP or UDP, at any level."""
    with socket.socket(socket.AF_INET, getattr(socket, kind)) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        code = (
            "import socket\ndef test_a():\n"
            f" s = socket.socket(socket.AF_INET, socket.{kind})\n"
            f" s.connect(('127.0.0.1', {server.getsockname()[1]}))\n"
            " s.send(b'x')\n"
        )

        outcome = place.test(code)

        if kind == "SOCK_DGRAM":
            with pytest.raises(TimeoutError):
                server.recv(1)
        else:
            assert outcome.reason is Reason.FAILED


def test_no_check_reaches_a_server_by_file_name(closed_place: "Place", outside: Path) -> None:
    """Some such servers are as good as a shell of the user's."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(outside / "s"))
        (outside / "s").chmod(0o777)
        server.listen()
        code = (
            "import socket\ndef test_a():\n s = socket.socket(socket.AF_UNIX)\n"
            f" s.connect({str(outside / 's')!r})\n"
        )

        outcome = closed_place.test(code)

    assert outcome.reason is Reason.FAILED


def test_event_loops_run_everywhere(place: "Place") -> None:
    """The refusal of sockets leaves the pair that an event loop talks to itself with."""
    code = "import asyncio\ndef test_a(): asyncio.run(asyncio.sleep(0))\n"

    outcome = place.test(code)

    assert outcome.passed, outcome.output


def test_two_checks_at_once_cannot_touch_each_other(closed_place: "Place") -> None:
    """Each tries to read and to write the other's folder while both run."""
    trees = [closed_place.tree({"mine": "x"}) for _ in range(2)]
    for own, other in (trees, reversed(trees)):
        (own / "test_a.py").write_text(
            f"import os, pytest\nOTHER = {str(other)!r}\n"
            "def test_read():\n with pytest.raises(OSError): open(OTHER + '/mine')\n"
            "def test_write():\n with pytest.raises(OSError): open(OTHER + '/evil', 'w')\n"
            "def test_list():\n with pytest.raises(OSError): os.listdir(OTHER)\n"
            "def test_own():\n open('mine').close()\n open('new', 'w').close()\n"
        )

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(
            pool.map(lambda tree: closed_place.sandbox.run("pytest -q", tree, CheckLimits()), trees)
        )

    assert [outcome.passed for outcome in outcomes] == [True, True], outcomes
    assert not any((tree / "evil").exists() for tree in trees)


def test_nothing_a_check_started_outlives_it(place: "Place") -> None:
    """A daemon has a session of its own and no parent, and holds the output open."""
    words = f"sleep 61.{os.getpid()}{list(Level).index(place.level)}"

    outcome = place.check(f"setsid {words} & (setsid sh -c '{words}; true' &) ; echo begun", {})

    assert (outcome.reason, outcome.output) == (Reason.PASSED, "begun\n")
    assert processes_saying(words) == []


@pytest.mark.parametrize(
    "aim", ["os.killpg(os.getpgid(os.getppid()), 9)", "os.kill(os.getppid(), 9)"]
)
def test_a_check_that_kills_who_watches_it_has_a_verdict(place: "Place", aim: str) -> None:
    """At worst the check is lost; the sandbox and the next check are well."""
    harm = place.test(f"import os, time\ndef test_a():\n {aim}\n time.sleep(0.05)\n")
    after = place.test("def test_a(): pass\n")

    assert harm.reason in {Reason.FAILED, Reason.KILLED}
    assert after.passed


def test_a_check_cannot_signal_everybody(place: "Place") -> None:
    """`kill -1` would end all of a user's processes. Asked with signal 0, which harms nobody if it fails.

    In bubblewrap there is nobody else: a process of this machine has no number there.
    """
    if place.level is Level.BUBBLEWRAP:
        code = "import os\ndef test_a(): assert len([n for n in os.listdir('/proc') if n.isdigit()]) < 9\n"
    else:
        code = (
            "import os, pytest\ndef test_a():\n"
            " with pytest.raises(PermissionError) as refused: os.kill(-1, 0)\n"
            " assert refused.value.errno == 13\n"
        )

    outcome = place.test(code)

    assert outcome.passed, outcome.output


@pytest.mark.parametrize(
    "mess",
    [
        "os.makedirs('a/b')\n os.chmod('a/b', 0)\n os.chmod('a', 0)\n os.chmod('.', 0)",
        "open('a', 'w').close()\n os.chmod('a', 0)\n os.chmod('.', 0o500)",
        "os.symlink('/', 'root')\n os.mkfifo('pipe')",
    ],
)
def test_whatever_a_check_leaves_can_be_removed(place: "Place", mess: str) -> None:
    """Folders without permission, links, pipes: `check` sees that it is gone."""
    outcome = place.test(f"import os\ndef test_a():\n {mess}\n os._exit(7)\n")

    assert outcome.exit_code == 7, outcome.output


def test_shared_memory_is_empty_for_the_next_check(closed_place: "Place") -> None:
    """What one check leaves in memory, the next cannot find."""
    closed_place.test("def test_a(): open('/dev/shm/left', 'w').write('x')\n")
    outcome = closed_place.test(
        "import os\ndef test_a(): assert not os.path.exists('/dev/shm/left')\n"
    )

    assert outcome.passed
    assert not Path("/dev/shm/left").exists()  # noqa: S108 - the machine's own
