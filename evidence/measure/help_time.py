"""How long `brooks --help` takes: the best of seven, by the console script of this environment."""

import json
import subprocess
import sys
import time
from pathlib import Path

REPEATS = 7


def main() -> None:
    script = Path(sys.executable).with_name("brooks")
    if not script.exists():
        sys.exit(f"{str(script)!r} does not exist: install the project in this environment first")
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        subprocess.run([script, "--help"], check=True, stdout=subprocess.DEVNULL)
        seconds.append(round(time.perf_counter() - began, 4))
    print(json.dumps({"measured": min(seconds), "detail": {"seconds": seconds}}))


if __name__ == "__main__":
    main()
