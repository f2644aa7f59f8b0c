"""How long `brooks demo` takes, by the console script of this environment."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    script = Path(sys.executable).with_name("brooks")
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        subprocess.run([script, "demo"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - began
    print(json.dumps({"measured": round(seconds, 2), "detail": {}}))


if __name__ == "__main__":
    main()
