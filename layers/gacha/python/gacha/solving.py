"""Exact answers from a chain: its distribution pull by pull, and its expectations.

A banner is a finite chain of states, walked pull by pull for distributions, and solved for
expectations by its structure. Counters only rise until something resets them, so a chain without
the few states that resets lead to has no loops; what is left to solve is as small as those few.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Final

from gacha.chains import Chain, Edge

MOST_EXACT_HEADS: Final = 24
ROUNDED_BITS: Final = 400


class Rounded(Fraction):
    """A value right to more than 60 digits, where the exact fraction would fill pages.

    Some banners loop in so many ways (a ceiling of 90 against one of 10 against the slots of a
    ten-pull) that their rates have numerators of tens of thousands of digits.
    """

    __slots__ = ()


def distribution(chain: Chain, horizon: int | None) -> tuple[Fraction, ...]:
    """The probability of the first hit at pull 1, 2, …; integers over one denominator a pull."""
    misses = [[edge.to for edge in edges if not edge.hit] for edges in chain.edges]
    is_certain = not _order(misses)[1]
    chances: list[Fraction] = []
    here = {0: 1}
    whole, hits = 1, 0
    while here:
        unit = lcm(*(chain.totals[state] for state in here))
        there: dict[int, int] = {}
        hit_now = 0
        for state, mass in here.items():
            scaled = mass * (unit // chain.totals[state])
            for edge in chain.edges[state]:
                if edge.hit:
                    hit_now += scaled * edge.weight
                else:
                    there[edge.to] = there.get(edge.to, 0) + scaled * edge.weight
        whole *= unit
        hits = hits * unit + hit_now
        here = there
        chances.append(Fraction(hit_now, whole))
        if not is_certain:
            enough = 100 * hits >= 99 * whole if horizon is None else len(chances) >= horizon
            if enough:
                break
    return tuple(chances)


def expected(chain: Chain, gains: Sequence[int]) -> Fraction:
    """The mean sum of `gains[s] / totals[s]` over the states passed until the first hit."""
    misses = [[edge for edge in edges if not edge.hit] for edges in chain.edges]
    return _System(misses, chain.totals).solve(gains)


def long_run(chain: Chain) -> Fraction:
    """The mean number of hits in a step, for ever."""
    gains = [sum(edge.weight for edge in edges if edge.hit) for edges in chain.edges]
    return _System(chain.edges, chain.totals).mean(gains)


class _System:
    """The equations total(s)·h(s) = gain(s) + Σ weight·h(to), solved exactly.

    Every h(s) is written as an affine form in the values at `heads`, the states that loops return
    to; outside them the edges form no loop, so one pass in post-order does it.
    """

    def __init__(self, edges: list[list[Edge]], totals: list[int]) -> None:
        self._edges = edges
        self._totals = totals
        targets = [[edge.to for edge in out] for out in edges]
        mirrored = [out[::-1] for out in targets]
        # Fewer heads, less to solve: which way of walking finds fewer depends on the banner.
        self._order, heads = min(_order(targets), _order(mirrored), key=lambda walk: len(walk[1]))
        self._column = {head: index + 2 for index, head in enumerate(heads)}
        self._is_exact = len(heads) <= MOST_EXACT_HEADS

    def solve(self, gains: Sequence[int]) -> Fraction:
        """h(0)."""
        forms = self._forms(gains)
        rows = []
        for head, column in self._column.items():
            form, whole = forms[head]
            equation = [-value for value in form[2:]] + [form[0]]
            equation[column - 2] += whole
            rows.append(equation)
        values = self._values(rows)
        form, whole = forms[0]
        rest = sum((a * b for a, b in zip(form[2:], values, strict=True)), Fraction(form[0]))
        return self._result(rest / whole)

    def mean(self, gains: Sequence[int]) -> Fraction:
        """The mean gain of a step in the long run: the g for which h = gain - g + Σ … has an h."""
        forms = self._forms(gains)
        rows = []
        for head, column in self._column.items():
            form, whole = forms[head]
            # h of the first head is 0, and its column serves g.
            equation = [-form[1], *(-value for value in form[3:]), form[0]]
            if column > 2:
                equation[column - 2] += whole
            rows.append(equation)
        return self._result(self._values(rows)[0])

    def _values(self, rows: list[list[int]]) -> list[Fraction]:
        return _solve(rows) if self._is_exact else _solve_rounded(rows)

    def _result(self, value: Fraction) -> Fraction:
        return value if self._is_exact else Rounded(value)

    def _forms(self, gains: Sequence[int]) -> dict[int, tuple[list[int], int]]:
        """State → ([constant, factor of g, factor of each head…], common denominator)."""
        width = 2 + len(self._column)
        forms: dict[int, tuple[list[int], int]] = {}
        for state in self._order:
            total = self._totals[state]
            inner = [edge for edge in self._edges[state] if edge.to not in self._column]
            unit = lcm(*(forms[edge.to][1] for edge in inner))
            form = [0] * width
            form[0] = gains[state] * unit
            form[1] = -total * unit
            for edge in self._edges[state]:
                column = self._column.get(edge.to)
                if column is not None:
                    form[column] += edge.weight * unit
            for edge in inner:
                values, part = forms[edge.to]
                factor = edge.weight * (unit // part)
                for index, value in enumerate(values):
                    if value:
                        form[index] += factor * value
            whole = total * unit
            if self._is_exact:
                common = gcd(whole, *form)
                forms[state] = [value // common for value in form], whole // common
            else:
                forms[state] = [(v << ROUNDED_BITS) // whole for v in form], 1 << ROUNDED_BITS
        return forms


def _order(targets: list[list[int]]) -> tuple[list[int], list[int]]:
    """The states reached from 0 in post-order, and the heads: states that a loop returns to."""
    order: list[int] = []
    heads: dict[int, None] = {}
    is_open = {0: True}
    path = [(0, iter(targets[0]))]
    while path:
        state, rest = path[-1]
        for to in rest:
            if to not in is_open:
                is_open[to] = True
                path.append((to, iter(targets[to])))
                break
            if is_open[to]:
                heads[to] = None
        else:
            is_open[state] = False
            order.append(state)
            path.pop()
    return order, list(heads)


def _solve(rows: list[list[int]]) -> list[Fraction]:
    """Solve a square integer system, the right side last, by fraction-free elimination."""
    size = len(rows)
    before = 1
    for step in range(size):
        pivot = next(index for index in range(step, size) if rows[index][step])
        rows[step], rows[pivot] = rows[pivot], rows[step]
        top = rows[step]
        for index in range(step + 1, size):
            row = rows[index]
            rows[index] = [
                (top[step] * row[column] - row[step] * top[column]) // before
                for column in range(size + 1)
            ]
        before = top[step]
    values: list[Fraction] = [Fraction(0)] * size
    for step in reversed(range(size)):
        rest = Fraction(rows[step][size])
        for column in range(step + 1, size):
            rest -= rows[step][column] * values[column]
        values[step] = rest / rows[step][step]
    return values


def _solve_rounded(rows: list[list[int]]) -> list[Fraction]:
    """Solve it in fixed point, ROUNDED_BITS after the point, by the largest pivots."""
    size = len(rows)
    for step in range(size):
        pivot = max(range(step, size), key=lambda index: abs(rows[index][step]))
        rows[step], rows[pivot] = rows[pivot], rows[step]
        top = rows[step]
        for row in rows[step + 1 :]:
            factor = (row[step] << ROUNDED_BITS) // top[step]
            if factor:
                for column in range(step, size + 1):
                    row[column] -= factor * top[column] >> ROUNDED_BITS
    values = [0] * size
    for step in reversed(range(size)):
        top = rows[step]
        known = sum(top[column] * values[column] for column in range(step + 1, size))
        values[step] = ((top[size] << ROUNDED_BITS) - known) // top[step]
    return [Fraction(value, 1 << ROUNDED_BITS) for value in values]
