"""Measures the page of a month of five million ledger rows, on two cores and within a gigabyte.

    PYTHONPATH=layers/gacha/python python -m benchmarks.analytics [ROWS] [SEED]

The month is generated first (benchmarks/exported.py), which takes longer than to read it. What is
measured is the tool as an operator runs it, in a process of its own: seconds, seconds of CPU, and
the most memory that it held. Where other work takes the cores, CPU says more than the clock.
Fails beyond 60 s (of the clock, or of CPU on each core where the clock shows more) or 1 GB.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks import exported

ROWS: Final = 5_000_000
CORES: Final = 2
SECONDS: Final = 60
MEGABYTES: Final = 1_000


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory(prefix="analytics-") as temporary:
        folder = Path(temporary)
        began = time.monotonic()
        written = exported.write(folder / "exports", rows, seed)
        size = sum(each.stat().st_size for each in folder.rglob("*.json.gz"))
        print(
            f"{written:,} ledger rows in {size / 1e6:,.0f} MB of exports, made in "
            f"{time.monotonic() - began:.0f} s"
        )
        return _measured(folder)


def _measured(folder: Path) -> int:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    banners = sorted(map(str, (exported.ROOT / "docs/gallery").glob("*.toml")))
    command = [sys.executable, "-m", "scripts.analytics", "export", str(folder / "exports")]
    command += ["--out", str(folder / "page"), "--zone", "Asia/Tokyo", "--banners", *banners]
    subprocess.run(command, cwd=exported.ROOT, check=True, stdout=subprocess.DEVNULL)
    clock = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    # Linux says kilobytes, macOS bytes: of the largest child, and the generator's are smaller.
    held = after.ru_maxrss / (1e3 if sys.platform == "linux" else 1e6)
    print(
        f"the page in {clock:.0f} s: {cpu:.0f} s of CPU on {CORES} of {os.cpu_count()} cores, "
        f"{held:,.0f} MB held; limits {SECONDS} s and {MEGABYTES:,} MB"
    )
    return int(min(clock, cpu / CORES) > SECONDS or held > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
