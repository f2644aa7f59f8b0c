"""Under what something was measured: versions of what is installed, and the machine without its name."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "brooks", "msgspec", "pydantic", "numpy", "polars", "scipy", "pandas", "simpy", "ray",
    "pydantic-ai-slim", "openai",
)  # fmt: skip


def versions() -> dict[str, str]:
    """What is installed of the packages that a measurement may use."""
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def facts(tier: str) -> dict[str, str]:
    """The tier, and the machine."""
    return {
        "tier": tier,
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory_gibibytes():.0f} GiB",
        "load when it ended": f"{os.getloadavg()[0]:.1f}",
    }


def processor() -> str:
    """What the processor calls itself, where the system says."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


def memory_gibibytes() -> float:
    """All of it."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
