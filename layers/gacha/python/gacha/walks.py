"""A walk through the states that matter to some cards, met one by one, with rounded probabilities.

`gacha.chains` builds all states beforehand, exactly; this is for answers that visit only some of
them, and need no more than 64 bits.
"""

from __future__ import annotations

from collections.abc import Collection
from math import lcm
from typing import Final

from gacha import chains, engine
from gacha.banner import Banner
from gacha.engine import Position, State
from gacha.errors import OddsError

BITS: Final = 64
"""A probability is so many bits behind the point."""

ONE: Final = 1 << BITS


class Walk:
    """The states that matter to some cards, numbered as they are met."""

    def __init__(
        self, banner: Banner, cards: frozenset[str], sizes: Collection[int], most_work: int
    ) -> None:
        self._lumped = chains.lumping(banner, cards, sizes)
        self._banner = self._lumped.banner
        self._cards = cards
        self._numbers: dict[Position, int] = {}
        self._positions: list[Position] = []
        self._ways: dict[int, list[tuple[int, int, bool]]] = {}
        self._opened: dict[tuple[int, int], int] = {}
        self._left = most_work
        multis = self._banner.multis
        self.multis_differ = any(each.differs or self._banner.box is not None for each in multis)

    def start(self, state: State) -> int:
        return self._number(engine.position(self._banner, self._lumped.state(state)))

    def opened(self, number: int, count: int) -> int:
        """The same state where a pull of so many cards begins."""
        key = number, count
        if key not in self._opened:
            there = engine.open_multi(self._banner, self._positions[number], count)
            self._opened[key] = self._number(there)
        return self._opened[key]

    def ways(self, number: int) -> list[tuple[int, int, bool]]:
        """Where a draw leads: the state after it, how probable that is, rounded down, and whether
        it is one of the cards."""
        found = self._ways.get(number)
        if found is None:
            here = self._positions[number]
            row = [
                (at, card, chance * rate)
                for at, chance in engine.openings(self._banner, here)
                for card, rate in engine.row(self._banner, at)
            ]
            total = lcm(*(rate.denominator for *_, rate in row))
            weights: dict[tuple[int, bool], int] = {}
            for at, card, rate in row:
                there = self._number(engine.after(self._banner, at, card))
                way = there, card.id in self._cards
                weights[way] = weights.get(way, 0) + int(rate * total)
            found = [
                (there, (weight << BITS) // total, is_hit)
                for (there, is_hit), weight in weights.items()
            ]
            self._ways[number] = found
            self.spend(30 + 10 * len(row))
        return found

    def spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise OddsError("these rules are too many to reckon with")

    def _number(self, position: Position) -> int:
        number = self._numbers.get(position)
        if number is None:
            number = self._numbers[position] = len(self._positions)
            self._positions.append(position)
        return number
