"""How many packages the base install brings, counted in a fresh environment.

The versions are not pinned: a user's installation takes the newest there are.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BROUGHT_BY_THE_ENVIRONMENT = {"pip", "setuptools"}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", str(ROOT)], check=True, stdout=sys.stderr)
        listed = subprocess.run(
            [*pip, "list", "--format", "json"], check=True, capture_output=True, text=True
        )
    names = {package["name"] for package in json.loads(listed.stdout)}
    brought = sorted(names - BROUGHT_BY_THE_ENVIRONMENT, key=str.lower)
    print(json.dumps({"measured": len(brought), "detail": {"packages": brought}}))


if __name__ == "__main__":
    main()
