"""Whether the tests in some folders pass, none of them skipped for want of something this machine lacks.

PYTHONPATH=evidence python -m measure.tests_hold tests/workspace/sandbox …
"""

import json
import re
import subprocess
import sys


def main() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *sys.argv[1:]],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    closing = answer.stdout.strip().splitlines()[-1]
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", closing)}
    holds = answer.returncode == 0 and counts.get("passed", 0) > 0
    print(json.dumps({"measured": holds, "detail": counts}))


if __name__ == "__main__":
    main()
