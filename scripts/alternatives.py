"""What the ways not taken would cost, a month and phase by phase: a second Region, and a cache.

    .venv/bin/python -m scripts.alternatives

Usage, sizes and prices are those of `scripts.cost`. Where AWS's documents leave a figure open, the
way not taken is counted as cheap as it may be, so that no comparison is won by a guess. What is
lost and how long it takes is docs/recovery.md's; nothing of it was measured on AWS.

Exit code: 0.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final, NamedTuple

from scripts import cost, prices
from scripts.cost import DAYS, GB, HOURS, LEAST_EXPORTED, MEASURED, PHASES, Facts, Usage
from scripts.prices import Price
from scripts.stack import ending
from scripts.template import Template

TABLES: Final = 4
WEEKS: Final = Fraction(DAYS, 7)
KB_A_UNIT: Final = Fraction(1024, 2 * GB)
"""GB that a transaction's write unit stands for: it takes two for each KB."""

DAILY_KEPT: Final = 7
"""Daily copies that would be kept."""

CACHE_GB: Final = Fraction(100, 1024)
"""The least that ElastiCache Serverless for Valkey is billed for: 100 MB."""


class Way(NamedTuple):
    """`lost` at most, and from the decision to move until players play again, `back`."""

    name: str
    usd: Fraction
    lost: str
    back: str


class Asked(NamedTuple):
    """A phase, its template, how much is played, and the prices."""

    facts: Facts
    template: Template
    usage: Usage
    table: Mapping[str, Price]

    @property
    def runs(self) -> Mapping[str, Fraction]:
        return {
            "Pull": self.usage.pulls * DAYS,
            "Change": self.usage.changes * DAYS,
            "Reply": self.usage.reads * DAYS,
        }

    @property
    def stored(self) -> Fraction:
        return cost.kept(self.usage, self.runs)

    def usd(self, name: str, quantity: Fraction | int) -> Fraction:
        return self.table[name].usd * quantity


def asked(phase: str) -> Asked:
    template = cost.settings(phase, {})
    return Asked(Facts(template), template, Usage.of(PHASES[phase].users), prices.load())


# --- a Region lost --------------------------------------------------------------------------------


def regions(of: Asked) -> Iterator[Way]:
    """The ways, from the cheapest on: what each adds to a stack without anything elsewhere."""
    weekly, exported = _weekly(of), analytics(of)
    yield Way("weekly copies", weekly, "7 days", "hours")
    yield Way("and exports of each day (Analytics)", weekly + exported, "a day", "hours")
    hourly = weekly + exported + _more_exports(of)
    yield Way("and exports of each hour", hourly, "2 hours", "hours")
    daily = DAILY_KEPT * (of.usd("backup_gb", of.stored) + of.usd("backup_copy_gb", of.stored))
    daily += DAYS * of.usd("cross_region_gb", of.stored)
    yield Way("weekly and daily copies", weekly + daily, "a day", "hours")
    replicas = _replicas(of)
    yield Way("global tables (MREC)", replicas, "seconds", "half an hour")
    idle = replace(of.usage, pulls=Fraction(0), changes=Fraction(0), reads=Fraction(0), months=0)
    waits = cost.settings(of.template.parameters["Phase"], {"Analytics": "none"})
    standing = cost.bill(waits, idle, of.table).full
    if of.facts.provisioned:  # its tables are the replicas
        standing -= _units(of)
    yield Way("the same, and a stack that waits", replicas + standing, "seconds", "minutes")


def _weekly(of: Asked) -> Fraction:
    """The copies of the weekly backups, kept for 90 days, and sending them."""
    kept = sum(backup.copies_kept for backup in of.facts.backups)
    return of.usd("backup_copy_gb", of.stored * kept) + WEEKS * of.usd("cross_region_gb", of.stored)


def written_gb(of: Asked) -> Fraction:
    """GB of what is written to the tables in a month."""
    units = cost.written(of.usage, of.runs)
    return sum((each for place, each in units.items() if "/" not in place), Fraction(0)) * KB_A_UNIT


def analytics(of: Asked) -> Fraction:
    """What the parameter of that name adds, with all that it is good for besides."""
    phase = of.template.parameters["Phase"]
    with_it, without = (
        cost.bill(cost.settings(phase, {"Analytics": each}), of.usage, of.table).full
        for each in ("DAILY", "none")
    )
    return with_it - without


def _more_exports(of: Asked) -> Fraction:
    """An export of each table in each hour in place of each day: what it is charged for at least,
    and the files that it writes, in two buckets."""
    changed = written_gb(of)
    billed = [max(changed, number * TABLES * LEAST_EXPORTED) for number in (HOURS, DAYS)]
    files = (HOURS - DAYS) * TABLES * MEASURED.export_files
    more = of.usd("dynamodb_export_gb", billed[0] - billed[1])
    return more + 2 * of.usd("s3_write_request", files)


def _replicas(of: Asked) -> Fraction:
    """The tables once more in the second Region: writes, storage, recovery, and sending. A write of
    a transaction is taken to cost the replica one unit for each KB and no second one."""
    units = cost.written(of.usage, of.runs)
    if of.facts.provisioned:
        writes = _units(of)
    else:
        tables = sum((each for place, each in units.items() if "/" not in place), Fraction(0))
        indexes = sum((each for place, each in units.items() if "/" in place), Fraction(0))
        writes = of.usd("dynamodb_write_request", tables / 2 + indexes)
    return (
        writes
        + of.usd("dynamodb_storage_gb", of.stored)
        + of.usd("dynamodb_pitr_gb", of.stored)
        + of.usd("cross_region_gb", written_gb(of))
    )


def _units(of: Asked) -> Fraction:
    """A month of the provisioned units of tables and indexes."""
    units = cost.written(of.usage, of.runs)
    held = [of.facts.capacity(place, units.get(place)) for place in of.facts.provisioned]
    write, read = (Fraction(sum(each[index] for each in held)) * HOURS for index in (0, 1))
    return of.usd("dynamodb_wcu_hour", write) + of.usd("dynamodb_rcu_hour", read)


# --- a cache --------------------------------------------------------------------------------------


def common(of: Asked) -> Fraction:
    """Read units a month of what a server's commands have in common: all that a cache can spare."""
    return sum((MEASURED.server_reads[name] * runs for name, runs in of.runs.items()), Fraction(0))


def caches(of: Asked) -> Iterator[tuple[str, Fraction]]:
    """What there is to save, and what each cache costs. The functions reach caches in a VPC alone,
    and Discord from there by a NAT gateway."""
    usd = of.table["dynamodb_read_request"].usd
    runs = sum(of.runs.values(), Fraction(0))
    yield "all reads of tables, on demand", runs * MEASURED.reads * usd
    yield "of them what commands of one server share", common(of) * usd
    yield "DAX, one node, which fails with its zone", of.usd("dax_hour", HOURS)
    yield "DAX, three nodes", of.usd("dax_hour", 3 * HOURS)
    yield "ElastiCache, one node", of.usd("cache_hour", HOURS)
    serverless = of.usd("serverless_cache_gb_hour", CACHE_GB * HOURS)
    serverless += of.usd("serverless_cache_unit", common(of))
    yield "ElastiCache Serverless, 100 MB", serverless
    yield "and the NAT gateway that each needs", of.usd("nat_hour", HOURS)


# --- the command ----------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    argparse.ArgumentParser(
        prog="python -m scripts.alternatives",
        description="What the ways not taken would cost, a month.",
        epilog="exit code: 0",
    ).parse_args(arguments)
    phases = [asked(phase) for phase in PHASES]
    head = "".join(f"{phase:>11}" for phase in PHASES)
    print(f"{'A Region lost (dollars a month)':44}{head}  lost      back")
    for ways in zip(*map(regions, phases), strict=True):
        sums = "".join(f"{cost.dollars(way.usd):>11}" for way in ways)
        print(f"  {ways[0].name:42}{sums}  {ways[0].lost:10}{ways[0].back}")
    print(f"\n{'A cache (dollars a month)':44}{head}")
    for lines in zip(*map(caches, phases), strict=True):
        sums = "".join(f"{cost.dollars(usd):>11}" for _, usd in lines)
        print(f"  {lines[0][0]:42}{sums}")
    return 0


if __name__ == "__main__":
    sys.exit(ending(main))
