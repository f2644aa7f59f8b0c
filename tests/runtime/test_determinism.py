"""The same spec and seed give the same log, byte for byte, in any process."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.runtime.kit import (
    BAD_NETWORK,
    STEADY,
    KitModels,
    chain,
    free,
    make_spec,
    make_team,
    run,
    task,
)

from brooks.core.spec import FaultPlan, Spec
from brooks.log.sqlite import SqliteLog
from brooks.spec.faults import random_plan

ROOT = Path(__file__).resolve().parents[2]


def faulty_spec(seed: int) -> Spec:
    """A run with mistakes, conflicts, faults and a bad network."""
    team = make_team("leased", 3, attempts=12, batch=2)
    plan = random_plan(
        str(seed), [member.id for member in team.members], horizon=10.0, crashes=2, stalls=2,
        partitions=1, messages=BAD_NETWORK,
    )  # fmt: skip
    tasks = (*chain(4), *free(4), *(task(name, files=("shared.txt",)) for name in "abc"))
    return make_spec(tasks, team=team, model="careless", seed=seed, faults=plan)


def models() -> KitModels:
    """A careless model."""
    return KitModels({"careless": replace(STEADY, mistake=0.4, repair=0.7)})


def exported(seed: int) -> bytes:
    """The whole log of a faulty run."""
    return run(faulty_spec(seed), models=models()).exported()


def in_another_process(hash_seed: str) -> str:
    """Hash of the same log, computed by a fresh interpreter with another hash seed."""
    program = (
        "from hashlib import sha256; from tests.runtime.test_determinism import exported;"
        "print(sha256(exported(5)).hexdigest())"
    )
    path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    answer = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip()


@pytest.mark.slow
def test_two_processes_with_different_hash_seeds_write_the_same_log() -> None:
    """Sets and dictionaries are ordered differently there."""
    here = sha256(exported(5)).hexdigest()

    assert [in_another_process("1"), in_another_process("4242")] == [here, here]


def test_another_seed_gives_another_log() -> None:
    """So that the test above cannot pass for want of chance."""
    assert exported(5) != exported(6)


def test_a_file_holds_the_same_log_as_memory(tmp_path: Path) -> None:
    """Where the log is kept makes no difference to what is in it."""
    log = SqliteLog.create(tmp_path / "run.db")

    kept = run(faulty_spec(5), models=models(), log=log).exported()
    log.close()

    assert kept == exported(5)


def test_another_member_does_not_reshuffle_the_luck_of_the_others() -> None:
    """Every draw has a stream of its own: a third agent without work changes nothing."""
    profile = {"careless": replace(STEADY, mistake=0.4, repair=0.7)}

    def first_replies(size: int) -> list[float]:
        spec = make_spec(
            free(2), team=make_team("leased", size), model="careless", faults=FaultPlan()
        )
        finished = run(spec, models=KitModels(profile))
        return [r.time for r in finished.records if type(r.event).__name__ == "ReplyReceived"]

    assert first_replies(3) == first_replies(2)
