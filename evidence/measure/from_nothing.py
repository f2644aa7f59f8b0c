"""README's first two commands, as a stranger types them: a fresh clone, a fresh environment.

The clone is of the last commit, so changes that are not committed are not measured. The commands
are read out of the clone's README. They get the caller's environment without what belongs to this
interpreter, this project or pytest.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = re.compile(r"VIRTUAL_ENV|PYTHON\w*|PYTEST_\w*|BROOKS_\w*|CI")


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A command that succeeded."""

    seconds: float
    output: str


def readme_commands(readme: str) -> tuple[str, str]:
    """The commands of the first two ``sh`` blocks of a README, one line each."""
    blocks = re.findall(r"^```sh\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    if len(blocks) < 2:
        raise SystemExit(f"README.md has {len(blocks)} ```sh blocks, and its first two are needed")
    return blocks[0].strip(), blocks[1].strip()


def verified_tasks(output: str) -> str:
    """The run's count of verified tasks, such as 20/20; a count that is not full is a failure."""
    counts = re.findall(r"(\d+)/(\d+) verified", output)
    if not counts or counts[-1][0] != counts[-1][1]:
        raise SystemExit(f"the run does not say that all its tasks are verified: {output[-300:]!r}")
    return "/".join(counts[-1])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder, "brooks")
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        run_command, test_command = readme_commands((clone / "README.md").read_text("utf-8"))
        run = _do(run_command, folder=clone)
        verified = verified_tasks(run.output)
        tests = _do(test_command, folder=clone)
    detail = {
        "run_seconds": run.seconds,
        "test_seconds": tests.seconds,
        "verified": verified,
        "tests": tests.output.strip().splitlines()[-1],
    }
    print(json.dumps({"measured": round(run.seconds + tests.seconds, 1), "detail": detail}))


def _do(command: str, *, folder: Path) -> Done:
    print(f"$ {command}", file=sys.stderr, flush=True)
    began = time.perf_counter()
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=_strangers_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = round(time.perf_counter() - began, 1)
    sys.stderr.write(done.stdout)
    if done.returncode != 0:
        sys.exit(f"{command!r} ended with exit code {done.returncode} after {seconds} s")
    return Done(seconds=seconds, output=done.stdout)


def _strangers_environment() -> dict[str, str]:
    own_programs = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    kept = {key: value for key, value in os.environ.items() if not LEFT_OUT.fullmatch(key)}
    return kept | {"PATH": os.pathsep.join(entry for entry in path if entry != own_programs)}


if __name__ == "__main__":
    main()
