"""Ten million draws from each sample banner against its exact odds.

    PYTHONPATH=layers/gacha/python python -m benchmarks.simulated [--pulls N] [--seed N]

Every banner that ships or is kept for the tests is drawn from in single pulls, and in ten-pulls
where these have rules of their own. Exit status 1 if any rarity, or the gaps between two of the
highest, deviate so far that chance would do it once in a thousand times (p ≤ 0.001), or if a
ceiling did not hold. The seed, and each case's place, decide its draws; of about a hundred
comparisons, one in ten other seeds has one that far out by chance.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from gacha.banner import TEN, parse
from gacha.simulate import Simulation, simulate

ROOT = Path(__file__).parent.parent
BANNERS = [
    *sorted((ROOT / "layers/gacha/python/gacha/banners").glob("*.toml")),
    *sorted((ROOT / "tests/banners").glob("*.toml")),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pulls", type=int, default=10_000_000, help="default: 10,000,000")
    parser.add_argument("--seed", type=int, default=1, help="default: 1")
    options = parser.parse_args()
    began = time.monotonic()
    failed = 0
    print(f"{options.pulls:,} draws each, seed {options.seed}")
    print(f"{'banner':28}{'pulls':8}{'least p':>9}{'gaps p':>9}{'longest gap':>13}{'ceiling':>9}")
    with ProcessPoolExecutor() as pool:
        running = [
            (path.stem, ten, pool.submit(simulated, path, options.pulls, options.seed + place, ten))
            for place, (path, ten) in enumerate(cases())  # other words for each
        ]
        for name, ten, future in running:
            result = future.result()
            failed += not result.is_sound
            print(line(name, ten, result), flush=True)
    comparisons = "all sound" if not failed else f"{failed} SUSPICIOUS"
    print(f"{comparisons}; {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def cases() -> Iterator[tuple[Path, bool]]:
    """Each banner, and whether it is drawn from in ten-pulls."""
    for path in BANNERS:
        yield path, False
        if parse(path.read_bytes(), path.name).differs(TEN):
            yield path, True


def simulated(path: Path, pulls: int, seed: int, ten: bool) -> Simulation:
    return simulate(parse(path.read_bytes(), path.name), pulls, seed, TEN if ten else 1)


def line(name: str, ten: bool, result: Simulation) -> str:
    """One line for reading; gap and ceiling are the highest rarity's."""
    least = min(tally.p for tally in result.tallies.values())
    gaps = f"{result.gaps.p:9.4f}" if result.gaps else f"{'-':>9}"
    top = next(iter(result.tallies.values()))
    return (
        f"{name:28}{'tens' if ten else 'singles':8}{least:9.4f}{gaps}{top.longest_gap:13,}"
        f"{top.ceiling or '-':>9}" + ("" if result.is_sound else "  SUSPICIOUS")
    )


if __name__ == "__main__":
    sys.exit(main())
