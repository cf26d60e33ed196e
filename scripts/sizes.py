"""Measures the packages that `sam build` made: `make sizes`.

    .venv/bin/python -m scripts.sizes .aws-sam/build

A function that starts cold unpacks its package first, so the one that answers Discord has to be
small; Lambda's own bound for all is 250 MB with the layers.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from scripts.packages import named
from scripts.stack import ending

WORKER_MB: Final = 40
INTERACTIONS_MB: Final = 2
"""Upper bounds, unzipped, in units of 1,000,000 bytes."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.sizes",
        description="Measures the packages that `sam build` made.",
        epilog="exit codes: 0 all are small enough, 1 one is not, 2 there is no build",
    )
    is_well = True
    for build, packages in named(parser, arguments):
        for package in packages:
            size, most = measured(package), bound(package.name)
            is_well &= size < most
            verdict = "" if size < most else "  TOO BIG"
            of = f"{size / 1e6:6.2f} MB of {most / 1e6:.0f}{verdict}"
            print(f"{build.name:8} {package.name:22} {of}")
    return 0 if is_well else 1


def measured(package: Path) -> int:
    """The bytes of a function's files."""
    return sum(each.stat().st_size for each in package.rglob("*") if each.is_file())


def bound(name: str) -> int:
    return 1_000_000 * (INTERACTIONS_MB if name == "InteractionsFunction" else WORKER_MB)


if __name__ == "__main__":
    sys.exit(ending(main))
