"""Uploads, drafts and publishing, with faults between all of their steps, while members pull."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final

import pytest

from gacha import kinds
from tests.faults import workshops

RATES: Final = (0.0, 0.05, 0.1)
"""Of faults, by seed; `make faults` runs more."""
MOST_SEEDS: Final = 6


def test_no_edit_is_lost_and_no_promise_broken() -> None:
    events: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    for seed in range(len(RATES)):
        outcome = workshops.run(seed, rate=RATES[seed])
        assert not outcome.violations, f"workshops.run({seed})"
        events += outcome.events
        faults += Counter(boundary for boundary, _ in outcome.counts)
    assert min(events[kind] for kind in (kinds.DRAFT, kinds.CARDS, kinds.BANNER, kinds.PULL)) > 0
    assert faults["Workshop"] and faults["file written"]


def unconditional(modules: Mapping[str, ModuleType]) -> None:
    """A setting is written whatever became of it since it was read."""
    if "adapters.tables.settings" in modules:
        module: Any = modules["adapters.tables.settings"]
        module._unchanged = lambda _: {}


def test_without_its_condition_an_edit_is_lost() -> None:
    for seed in range(MOST_SEEDS):
        outcome = workshops.run(seed, mutation=unconditional, rate=0.0)
        if outcome.violations:
            return
    pytest.fail(f"{MOST_SEEDS} seeds without conditions violate nothing")
