"""What each command takes of AWS is what benchmarks/commands.py states."""

from __future__ import annotations

from benchmarks import commands
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


def test_a_players_row_of_a_full_server_takes_two_kilobytes() -> None:
    size, banners = commands.of_many_banners()
    assert (size <= 2 * 1024, banners) == (True, 25)
