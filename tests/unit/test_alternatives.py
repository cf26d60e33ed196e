"""What the ways not taken would cost, and what a cache could know: the figures that 0051 and 0054
decide by."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from benchmarks import caches
from scripts import alternatives, cost
from scripts.cost import MEASURED, PHASES
from tests.conftest import ROOT

ONE = Fraction(1)


def test_a_write_a_gigabyte_and_an_export_cost_what_they_say() -> None:
    """Each way against its own sum, of a month with nothing in it but what is named."""
    of = alternatives.asked("large")
    empty = replace(of.usage, users=0, pulls=Fraction(0), changes=Fraction(0), reads=Fraction(0))
    nothing = of._replace(usage=empty)
    usd = {name: price.usd for name, price in of.table.items()}
    ways = {way.name: way.usd for way in alternatives.regions(nothing)}
    assert ways["weekly copies"] == ways["global tables (MREC)"] == 0
    # Nothing changes, and four tables are exported all the same, 10 MB each at least.
    least = Fraction(4 * 10, 1024) * usd["dynamodb_export_gb"]
    assert ways["and exports of each day (Analytics)"] > cost.DAYS * least
    hourly = ways["and exports of each hour"] - ways["and exports of each day (Analytics)"]
    files = (cost.HOURS - cost.DAYS) * 4 * MEASURED.export_files
    assert hourly == (cost.HOURS - cost.DAYS) * least + 2 * files * usd["s3_write_request"]
    pulls = of._replace(usage=replace(empty, pulls=ONE, tens=ONE, shared=Fraction(0), months=0))
    units = 12 * cost.DAYS  # of a ten-pull, two of them of an index
    found = {way.name: way.usd for way in alternatives.regions(pulls)}
    sent = alternatives.written_gb(pulls)
    assert sent == 10 * cost.DAYS / 2 * 1024 / cost.GB
    replicated = (units - 2 * cost.DAYS) / 2 + 2 * cost.DAYS
    assert found["global tables (MREC)"] == (
        replicated * usd["dynamodb_write_request"] + sent * usd["cross_region_gb"]
    )


def test_more_often_costs_more_and_provisioned_tables_are_the_dearest_to_replicate() -> None:
    for phase in PHASES:
        ways = {way.name: way.usd for way in alternatives.regions(alternatives.asked(phase))}
        daily = ways["and exports of each day (Analytics)"]
        assert ways["weekly copies"] < daily < ways["and exports of each hour"]
        assert ways["global tables (MREC)"] < ways["the same, and a stack that waits"]
        assert (ways["global tables (MREC)"] > 10) is (phase == "growth")


def test_no_cache_saves_what_it_costs_in_any_phase() -> None:
    for phase in PHASES:
        found = dict(alternatives.caches(alternatives.asked(phase)))
        saved = found["all reads of tables, on demand"]
        cheapest = min(usd for name, usd in found.items() if "Cache" in name or "DAX" in name)
        assert found["of them what commands of one server share"] < saved < cheapest / 5


def test_the_reads_of_a_pull_are_its_players_but_for_the_game() -> None:
    """And all are as of now, which DAX hands through, but for what was missed."""
    noted = caches.reads("pull ×1")
    assert [(each.what, each.units) for each in noted if each.whose == "server"] == [("game", 1)]
    assert [each.what for each in noted if not each.consistent] == ["undelivered"]
    assert sum(each.units for each in noted) == 5.5
    for name, step in (("Pull", "pull ×10"), ("Change", "daily"), ("Reply", "now")):
        units = sum(each.units for each in caches.reads(step) if each.whose == "server")
        assert units == MEASURED.server_reads[name], step


def test_functions_know_their_files_the_better_the_more_is_played() -> None:
    known = [caches.played(users, 1) for users in (1_000, 5_000)]
    assert known[0].of_files > 0.8 and known[1].of_files > known[0].of_files
    assert caches.played(1_000, 1) == known[0]
    assert sum(known[0].calls.values()) == 3 * known[0].calls["Interactions"]


@pytest.mark.parametrize(
    ("record", "head"), [("0051-region-lost", "A Region"), ("0054-cache", "A cache")]
)
def test_the_decisions_have_the_figures_of_the_tool(
    record: str, head: str, capsys: pytest.CaptureFixture[str]
) -> None:
    alternatives.main([])
    text = (ROOT / f"docs/decisions/{record}.md").read_text("utf-8")
    [said] = [part for part in capsys.readouterr().out.split("\n\n") if part.startswith(head)]
    rows = re.findall(r"(?m)^  (\S.*?) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)", said)
    assert len(rows) >= 6
    for name, *figures in rows:
        cells = " | ".join(f"${each}" for each in figures)
        assert f"| {name} | {cells} |" in text, name
