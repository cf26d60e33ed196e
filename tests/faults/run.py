"""`make faults`: at least 10,000 operations over at least 1,000 seeds in process, then at least 300
on the local cloud whose processes are killed; prints how often each fault met each boundary.

    python -m tests.faults.run                     everything, as `make faults`
    python -m tests.faults.run --seed 4711         one run, with all that happened in it
    python -m tests.faults.run --first 5000        other seeds
    python -m tests.faults.run --only cloud        the local cloud alone

Exit status: 0 no violation and every fault was met; 1 otherwise.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2] / "layers/gacha/python"))

from gacha import kinds
from tests.faults import boxes, checks, cloud, scenario, workshops
from tests.faults.faults import MATRIX

SEEDS: Final = 1_000
OPERATIONS: Final = 10_000
WORKSHOP_EVERY: Final = 20
"""So many seeds have one of owners at work beside them (`workshops`), which takes longer."""
BOX_EVERY: Final = 5
"""And so many one of members who buy a shared box's tickets (`boxes`)."""
CLOUD_OPERATIONS: Final = 300
OF_FILES: Final = (kinds.UPLOAD, kinds.PASTE, kinds.CARD, kinds.EXPORT, kinds.PICTURE, kinds.REPORT)
"""Changes that a file or a picture leads to: what is recorded of them is as of any other change."""
EVENTS: Final = (*(each for each in kinds.KINDS if each not in OF_FILES), *checks.BESIDE)
"""What has to happen to somebody within all runs."""
PROGRESS_S: Final = 5.0

Counts = Counter[tuple[str, str]]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.run",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, help="replay this run alone and show its log")
    parser.add_argument("--first", type=int, default=0, help="the first seed (default 0)")
    parser.add_argument("--only", choices=["process", "cloud"], help="one half")
    options = parser.parse_args()
    if options.seed is not None:
        return _one(options.seed)
    began = time.monotonic()
    failed = False
    if options.only != "cloud":
        failed |= _in_process(options.first)
    if options.only != "process":
        failed |= _on_the_cloud(options.first)
    _say(f"{'FAILED' if failed else 'passed'} after {time.monotonic() - began:.0f} s")
    return int(failed)


def _one(seed: int) -> int:
    outcome = scenario.run(seed)
    print(*outcome.log, sep="\n")
    print(*(f"VIOLATION {each}" for each in outcome.violations), sep="\n")
    print(f"seed {seed}: {outcome.operations} operations, trace {outcome.trace}")
    return int(bool(outcome.violations))


def _in_process(first: int) -> bool:
    """Whether it failed."""
    counts: Counts = Counter()
    ends: Counter[str] = Counter()
    events: Counter[str] = Counter()
    seeds = operations = violations = 0
    said = began = time.monotonic()
    workers = os.cpu_count() or 1
    _say(f"in process: seeds from {first}, {workers} processes")
    with ProcessPoolExecutor(workers) as pool:
        running = {pool.submit(scenario.run, first + number) for number in range(2 * workers)}
        started = len(running)
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                outcome = each.result()
                seeds += 1
                operations += outcome.operations
                counts += outcome.counts
                ends += outcome.ends
                events += outcome.events
                violations += len(outcome.violations)
                for violation in outcome.violations:
                    print(f"VIOLATION in seed {outcome.seed}: {violation}", flush=True)
                if outcome.violations:
                    print(f"  python -m tests.faults.run --seed {outcome.seed}, or", flush=True)
                    print(f"  tests.faults.workshops.run({outcome.seed}), or", flush=True)
                    print(f"  tests.faults.boxes.run({outcome.seed})", flush=True)
            while len(running) < 2 * workers and (started < SEEDS or operations < OPERATIONS):
                running.add(pool.submit(scenario.run, first + started))
                started += 1
                if started % WORKSHOP_EVERY == 0:
                    running.add(pool.submit(workshops.run, first + started))
                if started % BOX_EVERY == 0:
                    running.add(pool.submit(boxes.run, first + started))
            if time.monotonic() - said > PROGRESS_S:
                said = time.monotonic()
                _say(
                    f"{said - began:5.0f} s  {seeds:,} seeds, {operations:,} operations, "
                    f"{counts.total():,} faults, {violations} violations"
                )
    table(counts)
    missed = [
        f"{boundary}: {fault}"
        for boundary, known in MATRIX.items()
        for fault in known
        if not counts[boundary, fault]
    ]
    missed += [f"an event: {each}" for each in EVENTS if not events[each]]
    for missing in missed:
        print(f"NEVER MET {missing}")
    print("events: " + ", ".join(f"{events[each]:,} {each}" for each in EVENTS))
    print(
        f"{operations:,} operations over {seeds:,} seeds, {counts.total():,} faults, "
        f"{violations} violations; accepted changes ended as "
        + ", ".join(f"{number:,} {name}" for name, number in sorted(ends.items())),
        flush=True,
    )
    return bool(violations or missed)


def table(counts: Mapping[tuple[str, str], int]) -> None:
    """How often each fault met each boundary."""
    print("boundary         fault                            count")
    for boundary, known in MATRIX.items():
        for fault in known:
            print(f"{boundary:<16} {fault:<28} {counts.get((boundary, fault), 0):>9,}")
    sys.stdout.flush()


def _on_the_cloud(seed: int) -> bool:
    """Whether it failed."""
    result = cloud.play(CLOUD_OPERATIONS, seed, _say)
    for violation in result.violations:
        print(f"VIOLATION on the local cloud (seed {seed}): {violation}")
    for name, number in sorted(result.counts.items()):
        print(f"local cloud      {name:<28} {number:>9,}")
    never = [name for name in cloud.FAULTS if not result.counts[name]]
    for each in never:
        print(f"NEVER MET on the local cloud: {each}")
    print(
        f"{result.operations:,} operations on the local cloud, {len(result.violations)} violations",
        flush=True,
    )
    return bool(result.violations or never)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
