"""A month of a few players: what days gave is what their owner was promised, and all is audited."""

from __future__ import annotations

from benchmarks import month
from gacha.economy import Economy


def test_a_month_gives_what_was_promised_and_audits_clean() -> None:
    """`python -m benchmarks.month` plays it with a thousand."""
    played = month.played(6, seed=1)
    promise = Economy(month.GUILD).month
    assert played.findings == []
    assert set(played.coins["every day"]) == {promise.coins} == {7_840}
    assert set(played.tickets["every day"]) == {sum(each.count for each in promise.tickets)} == {30}
    assert max(played.coins["weekends"]) < promise.coins
    assert min(played.draws["every day"]) > 49 + 30
