"""Clusters that measurements start leave nothing behind, however they end."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import nodes
from nodes import may_make_namespaces, remove_leftovers

pytest.importorskip("ray")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

WAITS = """
import sys, time
from nodes import Nodes
with Nodes(1) as nodes:
    print(nodes.address, nodes.folder, *nodes.processes(1), flush=True)
    time.sleep(60)
"""
EVIDENCE = Path(nodes.__file__).parent
ENVIRON = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(EVIDENCE), os.environ.get("PYTHONPATH", "")]),
}
GONE_SECONDS = 15.0


def namespaces_of(process: int) -> list[str]:
    command = ["ip", "netns", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return re.findall(rf"bkx{process}n[0-9]+", listed.stdout)


def test_killed_measurement_leaves_no_process_no_namespace_and_no_folder() -> None:
    """It is killed, and can clear up nothing itself."""
    command = [sys.executable, "-c", WAITS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRON, text=True) as it:  # noqa: S603 - our own
        assert it.stdout is not None
        _, folder, *processes = it.stdout.readline().split()
        had = namespaces_of(it.pid)
        it.kill()
    until = time.monotonic() + GONE_SECONDS
    while time.monotonic() < until and (Path(folder).exists() or namespaces_of(it.pid)):
        time.sleep(0.1)

    assert len(processes) > 1
    assert [pid for pid in processes if Path(f"/proc/{pid}").exists()] == []
    assert not Path(folder).exists()
    assert not namespaces_of(it.pid)
    assert bool(had) is may_make_namespaces()


@pytest.mark.skipif(shutil.which("ip") is None or os.geteuid() != 0, reason="needs root")
def test_what_is_left_all_the_same_is_removed_by_the_next() -> None:
    """As where whoever clears up was killed too."""
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    name = f"bkx{dead.pid}n1"
    made = subprocess.run(["ip", "netns", "add", name], check=False)  # noqa: S603, S607 - our own
    if made.returncode:
        pytest.skip("no namespaces here")
    folder = Path(f"/tmp/brooks-ray-{dead.pid}-left")  # noqa: S108 - where they are made
    folder.mkdir()

    remove_leftovers()

    assert not namespaces_of(dead.pid)
    assert not folder.exists()


def test_what_belongs_to_a_process_that_lives_is_left_alone() -> None:
    folder = Path(f"/tmp/brooks-ray-{os.getpid()}-mine")  # noqa: S108 - as above
    folder.mkdir()

    try:
        remove_leftovers()
        assert folder.exists()
    finally:
        folder.rmdir()
