"""Whether equal spec and seed give equal logs, byte for byte, in fresh interpreters with three hash seeds.

    PYTHONPATH=evidence python -m measure.determinism [--real SIZES] [--sizes 1,2,…]

`--real` names the team sizes that are also run with real pytest.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Literal

from brooks.runtime.in_memory import exported
from measure.bundled import bundled_spec, run_in_memory
from measure.faulty_runs import plan

HASH_SEEDS = ("0", "1", "4242")


def digest(size: int, *, faulty: bool, checks: Literal["real", "modelled"]) -> str:
    """SHA-256 of the exported log of one run."""
    faults = plan(Random(f"determinism/{size}"), size, 60.0) if faulty else None
    team = "single" if size == 1 else f"leased:{size}"
    spec, blobs, files = bundled_spec(
        "mathlib/mixed", team, seed=size, checks=checks, faults=faults, model="sim:careless",
        options={"attempts": 12},
    )  # fmt: skip
    _, log = run_in_memory(spec, blobs, files)
    return hashlib.sha256(exported(log)).hexdigest()


def child(sizes: list[int], real: list[int]) -> None:
    """Print the digests of all combinations."""
    found = {}
    wanted: list[tuple[Literal["real", "modelled"], list[int]]] = [
        ("modelled", sizes),
        ("real", real),
    ]
    for checks, which in wanted:
        for size in which:
            for faulty in (False, True):
                found[f"{size} agents, faults {faulty}, {checks}"] = digest(
                    size, faulty=faulty, checks=checks
                )
    print(json.dumps(found))


def in_fresh_interpreter(hash_seed: str, arguments: list[str]) -> dict[str, str]:
    """The digests that another process with this hash seed gets."""
    answer = subprocess.run(
        [sys.executable, __file__, "--child", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    found: dict[str, str] = json.loads(answer.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="1,2,3,4,5,6,7,8")
    parser.add_argument("--real", default="")
    parser.add_argument("--child", action="store_true")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",") if size]
    real = [int(size) for size in options.real.split(",") if size]
    if options.child:
        child(sizes, real)
        return
    arguments = ["--sizes", options.sizes, "--real", options.real]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda seed: in_fresh_interpreter(seed, arguments), HASH_SEEDS))
    differing = [key for key in answers[0] if len({answer[key] for answer in answers}) > 1]
    detail = {"combinations": len(answers[0]), "hash_seeds": HASH_SEEDS, "differing": differing}
    print(json.dumps({"measured": len(differing), "detail": detail}))


if __name__ == "__main__":
    main()
