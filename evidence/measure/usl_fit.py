"""The Universal Scalability Law fitted to published throughputs, beside the numbers known for them.

Runs `brooks fit` on specsdm91 (throughput against load, from the R package `usl`); Gunther's numbers for
it are a = .02773, b = 1.044e-4, g = 90.0 and a peak at 96.52.

    PYTHONPATH=evidence python -m measure.usl_fit
"""

import json
import subprocess
import sys

from measure.data_folder import data_folder

KNOWN = {"a": 0.02773, "b": 1.044e-4, "g": 90.0, "peak": 96.52}


def main() -> None:
    table = data_folder("usl") / "specsdm91.csv"
    done = subprocess.run(
        [sys.executable, "-m", "brooks", "fit", str(table), "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    [usl] = [fit for fit in json.loads(done.stdout)["fits"] if fit["law"] == "usl"]
    found = {name: each["value"] for name, each in usl["parameters"].items()}
    found["peak"] = usl["peak"]
    digits = {"a": 4, "b": 4, "g": 3, "peak": 4}
    wrong = [
        name for name, known in KNOWN.items() if f"{found[name]:.{digits[name]}g}" != f"{known:g}"
    ]
    print(json.dumps({"measured": len(wrong), "detail": {"found": found, "wrong": wrong}}))


if __name__ == "__main__":
    main()
