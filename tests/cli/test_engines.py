"""`--engine ray` on the command line: what it says where it cannot be, and what it leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import TASKS, Brooks

from brooks.analysis.columns import TABLES

FILE = """\
suites: [tasks.yaml]
teams: [single, leased]
sizes: [2]
repetitions: 60
"""
MANY = [
    ("bench", "experiment.yaml"),
    ("compare", "tasks.yaml", "-m", "sim:typical"),
    ("plan", "tasks.yaml", "-m", "sim:typical"),
    ("simulate", "tasks.yaml", "-t", "leased:2", "-m", "sim:typical"),
    ("calibrate", "some-run", "--check"),
]

ONE = ("run", "tasks.yaml", "-m", "sim:typical", "--clock", "real")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a task file and an experiment of 120 runs."""
    (tmp_path / "tasks.yaml").write_text(TASKS)
    (tmp_path / "experiment.yaml").write_text(FILE)
    (tmp_path / "home").mkdir()
    return tmp_path


@pytest.mark.parametrize("command", [*MANY, ONE], ids=lambda command: command[0])
def test_without_ray_a_line_says_what_to_install(
    brooks: Brooks, folder: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything runs; the extra brings the library for tables too, which then need not be said."""
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setitem(sys.modules, "polars", None)

    said = brooks(*command, "--engine", "ray")

    assert said.code == 2
    assert said.err == ("error: this command needs the package 'ray': pip install 'brooks[ray]'\n")


def test_nobody_installs_ray_for_a_run_that_cannot_be(
    brooks: Brooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong with the run is said first."""
    monkeypatch.setitem(sys.modules, "ray", None)

    said = brooks("run", "mathlib", "--engine", "ray")

    assert said.code == 2
    assert "the clock is virtual: leave --engine out" in said.err


@pytest.mark.parametrize("command", MANY, ids=lambda command: command[0])
def test_a_cluster_without_its_engine_is_refused(
    brooks: Brooks, folder: Path, command: tuple[str, ...]
) -> None:
    """Whoever names one does not want the runs to be made here."""
    said = brooks(*command, "--cluster", "there:6379")

    assert said.code == 2
    assert "--cluster there:6379 is for --engine ray" in said.err


@pytest.mark.parametrize(
    ("address", "code", "says"),
    [
        ("127.0.0.1:1", 4, "nobody answers at '127.0.0.1:1'"),
        ("somewhere", 2, "'somewhere' is no address of a Ray cluster"),
        ("ray://there:10001", 2, "join the cluster from this machine"),
        ("http://there:6379", 2, "is no address of a Ray cluster"),
    ],
)
def test_a_cluster_that_is_not_there_is_said_at_once(
    brooks: Brooks, folder: Path, address: str, code: int, says: str
) -> None:
    """With what to do."""
    pytest.importorskip("ray")

    said = brooks("bench", "experiment.yaml", "--engine", "ray", "--cluster", address)

    assert (said.code, said.out) == (code, "")
    assert says in said.err


TWO_TOKENS = """
import os, subprocess, sys
from contextlib import closing
from brooks.runtime.fleet.clusters import Cluster
command = [sys.executable, "-m", "brooks", "bench", "experiment.yaml", "--engine", "ray"]
with closing(Cluster.open(cpus=1)):
    import ray
    where = ray.get_runtime_context().gcs_address
    other = dict(os.environ, RAY_AUTH_MODE="token", RAY_AUTH_TOKEN="f" * 64)
    code = subprocess.run([*command, "--cluster", where], env=other).returncode
sys.exit(code)
"""


@pytest.mark.slow
def test_another_token_is_said_in_one_line(folder: Path) -> None:
    """Ray would try for twenty seconds, and then say nothing of tokens."""
    pytest.importorskip("ray")

    said = popen(folder, program=TWO_TOKENS)
    _, err = said.communicate(timeout=60)

    assert said.returncode == 4
    assert b"it wants another token: set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN" in err
    assert b"error:" in err.splitlines()[-1]
    assert left_behind(folder, said.pid) == []


@pytest.mark.slow
def test_ray_is_loaded_by_nothing_that_does_not_use_it() -> None:
    """Neither by a bench here nor by a plan."""
    names = ("benching", "planning", "simulating", "comparing", "calibrating")
    modules = ", ".join(f"brooks.cli.{name}" for name in names)
    program = f"import sys, {modules}; print('ray' in sys.modules)"

    said = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, check=True
    )

    assert said.stdout.strip() == b"False"


@pytest.mark.slow
def test_a_bench_goes_on_with_another_engine_and_nothing_is_left_behind(folder: Path) -> None:
    """Ctrl-C ends one on a cluster of our own; processes go on with it here; the tables are the same."""
    pytest.importorskip("ray")
    remote = popen(folder, "bench", "experiment.yaml", "-o", "mixed", "--engine", "ray", "-j", "2")
    wait_for(lambda: len(list((folder / "mixed" / "done").glob("*"))) >= 5)

    remote.send_signal(signal.SIGINT)
    out, err = remote.communicate(timeout=40)
    left = left_behind(folder, remote.pid)
    made = len(list((folder / "mixed" / "done").glob("*.msgpack")))
    for name in ("mixed", "whole"):
        run(folder, "bench", "experiment.yaml", "-o", name, "-j", "2")

    assert remote.returncode == 130, err
    assert b"are missing" in out
    assert 5 <= made < 120
    assert left == []
    for table in TABLES:
        files = [folder / name / f"{table.name}.parquet" for name in ("mixed", "whole")]
        assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.slow
def test_a_plan_and_a_simulation_are_the_same_on_a_cluster(folder: Path) -> None:
    """What is said of teams does not depend on who ran them."""
    pytest.importorskip("ray")
    simulate = ["simulate", "mathlib/mixed", "-t", "hybrid:3", "--seeds", "100", "--json", "-q"]

    here = run(folder, *simulate, "-j", "1")
    there = run(folder, *simulate, "--engine", "ray", "-j", "2")

    assert there == here != b""


@pytest.mark.slow
def test_a_check_of_a_profile_is_the_same_on_a_cluster(brooks: Brooks, folder: Path) -> None:
    """Six runs, each simulated again by a profile of the other five."""
    pytest.importorskip("ray")
    names = [f"run-{seed}" for seed in range(6)]
    for seed, name in enumerate(names):
        made = brooks("run", "mathlib", "-t", "leased:3", "--seed", str(seed), "--run-id", name, "-q",
                      "--checks", "modelled")  # fmt: skip
        assert made.code in {0, 1}, made.err
    check = ["calibrate", *names, "--check", "--seeds", "20", "--json", "-q"]

    here = run(folder, *check, "-j", "1")
    there = run(folder, *check, "--engine", "ray", "-j", "2")

    assert there == here != b""


def run(folder: Path, *arguments: str) -> bytes:
    """Call a command in a process of its own, and give what it prints."""
    process = popen(folder, *arguments)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


def popen(folder: Path, *arguments: str, program: str = "") -> "subprocess.Popen[bytes]":
    """Begin a command, or a program."""
    what = ["-c", program] if program else ["-m", "brooks", *arguments]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, *what],
        cwd=folder,
        env={**environ, "HOME": str(folder / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for(is_so: Callable[[], bool]) -> None:
    """Look until something is so."""
    until = time.monotonic() + 40
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def left_behind(folder: Path, pid: int) -> list[str]:
    """A token in the home, folders and processes of the cluster that a process began."""
    name = f"brooks-ray-{pid}-"
    found = [str(path) for path in (folder / "home").rglob("*") if "token" in path.name]
    found += [str(path) for path in Path("/tmp").glob(f"{name}*")]  # noqa: S108 - where Ray's are
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            files = [str(each.readlink()) for each in (entry / "fd").iterdir()]
        except OSError:
            continue
        if name.encode() in command or any(name in each for each in files):
            found.append(command.decode())
    return found
