"""What each command takes of AWS is what benchmarks/commands.py states."""

from __future__ import annotations

from benchmarks import commands
from scripts import cost
from scripts.cost import MEASURED

MOST_READS = 3


def test_each_command_takes_what_is_stated_and_what_only_reads_takes_three_reads() -> None:
    taken = {}
    for step, took in commands.measured(commands.STEPS):
        taken[step.name] = took
        assert took.writes.total() == step.stated.writes, step.name
        assert len(took.reads) == step.stated.reads, (step.name, took.reads)
        grew = step.stated.before is not None and step.stated.writes > step.stated.before
        assert not grew or step.stated.why, step.name
    for name in ("now", "collection: first page", "collection: a page"):
        assert len(taken[name].reads) <= MOST_READS
    assert taken["pull ×1"].writes.total() == sum(MEASURED.pull_writes.values())
    assert taken["pull ×10"].writes.total() == sum(MEASURED.ten_writes.values())
    more = MEASURED.shared_writes
    for name in ("pull ×1 of a shared box", "pull ×5 of a shared box"):
        single = taken["pull ×1"].writes
        assert taken[name].writes - single == {"gacha_history": more["HistoryTable"]}
        assert taken[name].writes.total() == single.total() + sum(more.values())


CARD = 2
"""Units of the card that the measured present and code give beside coins, and most do not."""
ROOMS = {
    "the day": ("daily", 0),
    "presents, looked at twice a month": ("presents: what waits", 0),
    "and taken": ("presents: one taken", CARD),
    "a code a month": ("code: used", CARD),
    "an exchange in ten weeks: two looks": ("exchange: what there is", 0),
    "and the card": ("exchange: taken", 0),
    "the shop once a month: two looks": ("shop: what there is", 0),
    "a wish, a lock or a setting, twice a month": ("wishlist: added", 0),
}


def test_the_bill_counts_what_is_measured() -> None:
    stated = {step.name: step.stated.writes for step in commands.STEPS}
    assert stated["exchange: taken"] == stated["shop: taken"]
    for room in cost.ROOMS:
        step, less = ROOMS[room.what]
        assert sum(room.writes.values()) == stated[step] - less, room.what


def test_a_players_row_of_a_full_server_takes_two_kilobytes() -> None:
    size, banners = commands.of_many_banners()
    assert (size <= 2 * 1024, banners) == (True, 25)
