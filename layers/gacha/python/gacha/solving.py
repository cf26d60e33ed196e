"""Exact answers from a chain: its distribution pull by pull, and its expectations.

A banner is a finite chain of states, walked pull by pull for distributions, and solved for
expectations by its structure. Counters only rise until something resets them, so a chain without
the few states that resets lead to has no loops; what is left to solve is as small as those few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from typing import Final

from gacha.chains import Chain, TooMuchError, Work

MOST_EXACT_HEADS: Final = 24
MOST_EXACT_WORK: Final = 300_000
"""Steps that the exact fraction of one figure may take; beyond them it is Rounded."""

MOST_EXACT_BITS: Final = 20_000
"""Of a denominator on the way to an exact fraction: six thousand digits."""

ROUNDED_BITS: Final = 400

MOST_DIGITS: Final = 1_500_000
"""Digits of one exact distribution; it is cut before more, and says what is left."""

MOST_PULLS: Final = 10_000
"""Pulls of one distribution."""

MOST_WALK_WORK: Final = 300_000
"""Steps that one exact distribution may take, and as many for what follows where it is cut."""

HALF: Final = Fraction(1, 2)

TAIL_BITS: Final = 512
_ONE: Final = 1 << TAIL_BITS
_SLACK: Final = 1 << 256  # more than all roundings of a tail together

Edges = list[list[tuple[int, int]]]
"""The ways (to, weight) out of each state."""


class Rounded(Fraction):
    """A value right to more than 60 digits, where the exact fraction would fill pages.

    Some banners loop in so many ways (a ceiling of 90 against one of 10 against the slots of a
    ten-pull) that their rates have numerators of tens of thousands of digits.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Distribution:
    """The probability of the first hit at pull 1, 2, …

    `chances` and `within`, the sums so far, end where the hit is certain, else at the horizon, else
    where 99 % of all that ever hit have done so, and at the latest where their digits would fill
    more than a file should hold; then `is_cut`. `certain` is the pull that is always enough.
    `quantiles` are the pulls that are enough with the chances asked about: without those that are
    never reached, that lie beyond a horizon, and that no bound could be put on. `by_horizon` is the
    probability of a hit by then. `never` is the probability that there is none for ever.
    """

    chances: tuple[Fraction, ...]
    within: tuple[Fraction, ...]
    is_cut: bool
    certain: int | None
    quantiles: Mapping[Fraction, int] = field(hash=False)
    by_horizon: Fraction | None
    never: Fraction

    @property
    def median(self) -> int | None:
        return self.quantiles.get(HALF)


def distribution(
    chain: Chain,
    horizon: int | None,
    work: Work | None = None,
    chances_asked: Sequence[Fraction] = (HALF,),
) -> Distribution:
    """Walk it pull by pull, in integers over one denominator a pull.

    `chances_asked` are the chances of the quantiles, each below 1.
    """
    work = Work() if work is None else work
    never = _never(chain, work)
    certain = None if never else _longest(chain.targets)
    if never == 1:
        zero = Fraction(0)
        return Distribution((), (), False, None, {}, None if horizon is None else zero, never)
    chances: list[Fraction] = []
    within: list[Fraction] = []
    quantiles: dict[Fraction, int] = {}
    awaited = sorted(chances_asked)
    here = {0: 1}
    whole, hits = 1, 0
    digits = 0.0
    left = min(MOST_WALK_WORK, work.left // 4)
    is_cut = False
    while here:
        unit, hit_now, there, ways = stepped(chain, here)
        whole_now, hits_now = whole * unit, hits * unit + hit_now
        chance, sum_now = Fraction(hit_now, whole_now), Fraction(hits_now, whole_now)
        digits += 0.6 * (chance.denominator.bit_length() + sum_now.denominator.bit_length())
        bits = whole_now.bit_length()
        steps = (len(here) + ways) * (1 + (bits >> 12)) // 2 + 5 + (bits * bits >> 19)
        work.spend(steps)
        left -= steps
        if chances and (digits > MOST_DIGITS or len(chances) == MOST_PULLS or left < 0):
            is_cut = True
            break
        here, whole, hits = there, whole_now, hits_now
        chances.append(chance)
        within.append(sum_now)
        while awaited and awaited[0].denominator * hits >= awaited[0].numerator * whole:
            quantiles[awaited.pop(0)] = len(chances)
        if certain is None:
            if horizon is not None:
                if len(chances) >= horizon:
                    break
            elif 100 * hits * never.denominator >= (
                99 * whole * (never.denominator - never.numerator)
            ):
                break
    by_horizon = None if horizon is None else within[min(horizon, len(within)) - 1]
    awaited = [chance for chance in awaited if never < 1 - chance]
    is_open = horizon is not None and len(within) < horizon
    if is_cut and (awaited or is_open):
        tail = _Tail(chain, {s: (mass << TAIL_BITS) // whole for s, mass in here.items()}, work)
        found, by_then = tail.follow(len(within), awaited, horizon if is_open else None)
        quantiles |= found
        by_horizon = by_then if is_open else by_horizon
    return Distribution(
        tuple(chances), tuple(within), is_cut, certain, quantiles, by_horizon, never
    )


def stepped(chain: Chain, here: Mapping[int, int]) -> tuple[int, int, dict[int, int], int]:
    """One pull on, exactly: the factor of the denominator, the mass of the hits, that of the states
    after it, and how many ways were gone."""
    unit = lcm(*{chain.totals[chain.rows[state]] for state in here})
    there: dict[int, int] = {}
    hit_now = ways = 0
    for state, mass in here.items():
        row = chain.rows[state]
        scaled = mass * (unit // chain.totals[row])
        hit_now += scaled * chain.hits[row]
        for to, weight in zip(chain.targets[state], chain.weights[row], strict=True):
            there[to] = there.get(to, 0) + scaled * weight
        ways += len(chain.targets[state])
    return unit, hit_now, there, ways


def expected(chain: Chain, gains: Sequence[int], work: Work | None = None) -> Fraction:
    """The mean sum of `gains[s] / totals[s]` over the states passed until the first hit, which
    has to be certain to come."""
    return _System(_edges(chain), _totals(chain), Work() if work is None else work).solve(gains)


def long_run(chain: Chain, work: Work | None = None) -> Fraction:
    """The mean number of hits in a step, for ever."""
    work = Work() if work is None else work
    edges, totals = _edges(chain), _totals(chain)
    gains = [chain.hits[row] for row in chain.rows]
    if not any(gains):
        return Fraction(0)
    work.spend(len(edges) + sum(map(len, edges)))
    if all(_reaching(chain.targets, [0])):
        return _System(edges, totals, work).mean(gains)
    return _mean_of_classes(edges, totals, gains, work)


def _edges(chain: Chain) -> Edges:
    return [
        list(zip(targets, chain.weights[row], strict=True))
        for targets, row in zip(chain.targets, chain.rows, strict=True)
    ]


def _totals(chain: Chain) -> list[int]:
    return [chain.totals[row] for row in chain.rows]


def _reaching(targets: Sequence[Iterable[int]], goals: Iterable[int]) -> list[bool]:
    """For each state, whether a way leads from it to one of `goals`."""
    sources: list[list[int]] = [[] for _ in targets]
    for state, out in enumerate(targets):
        for to in out:
            sources[to].append(state)
    reaches = [False] * len(targets)
    todo = list(goals)
    for goal in todo:
        reaches[goal] = True
    for state in todo:
        for source in sources[state]:
            if not reaches[source]:
                reaches[source] = True
                todo.append(source)
    return reaches


def _never(chain: Chain, work: Work) -> Fraction:
    """The probability that no hit comes for ever: that of being led where none can be reached."""
    hit = [state for state, row in enumerate(chain.rows) if chain.hits[row]]
    can = _reaching(chain.targets, hit)
    work.spend(2 * len(can))
    if not can[0]:
        return Fraction(1)
    if all(can):
        return Fraction(0)
    edges = [
        [(to, weight) for to, weight in out if can[to]] if can[state] else []
        for state, out in enumerate(_edges(chain))
    ]
    gains = [chain.hits[row] for row in chain.rows]
    ever = _System(edges, _totals(chain), work).solve(gains)
    return Rounded(1 - ever) if isinstance(ever, Rounded) else 1 - ever


def _longest(targets: Sequence[Sequence[int]]) -> int | None:
    """The number of pulls that is always enough; None where misses can go round for ever."""
    order, heads = _order(targets)
    if heads:
        return None
    longest = [1] * len(targets)
    for state in order:
        longest[state] = 1 + max((longest[to] for to in targets[state]), default=0)
    return longest[0]


class _Tail:
    """What follows where an exact distribution was cut, in fixed point.

    Pull by pull, until one of its own earlier states of affairs comes back but for a factor r: of
    the states that are reached, each has between r and r' times the mass that it had L pulls
    earlier. From then on that holds for any further L pulls (a step of the chain keeps any such
    inequality), so that k times L pulls later the mass is between r^k and r'^k times as much. A
    chain that has settled in one state, or goes round through the slots of ten-pulls, has r = r'.
    """

    def __init__(self, chain: Chain, here: dict[int, int], work: Work) -> None:
        self._chain = chain
        self._here = here
        self._work = work

    def follow(
        self, pulls: int, awaited: Sequence[Fraction], horizon: int | None
    ) -> tuple[dict[Fraction, int], Fraction | None]:
        """The quantiles that are awaited, and the probability of a hit by `horizon`, from what is
        left after `pulls`.

        Raises TooMuchError where the horizon is out of reach.
        """
        quantiles: dict[Fraction, int] = {}
        awaited = sorted(awaited)
        by_horizon: Fraction | None = None
        left_work = min(MOST_WALK_WORK, self._work.left // 4)
        since, before, lefts = pulls, dict(self._here), [sum(self._here.values())]
        is_compared, wait = False, 1
        while awaited or horizon is not None:
            if left_work < 0:
                if horizon is not None:
                    raise TooMuchError(f"exchange.price or limit.total is {horizon}")
                return quantiles, by_horizon
            steps = self._step()
            left_work -= steps
            self._work.spend(steps)
            pulls += 1
            left = sum(self._here.values())
            while awaited and left <= _left_by(awaited[0]):
                quantiles[awaited.pop(0)] = pulls
            if horizon is not None and (pulls == horizon or not self._here):  # nothing is left
                by_horizon, horizon = Rounded(_ONE - left, _ONE), None
            if not is_compared and self._here.keys() == before.keys():
                is_compared = True
                cycle = _Cycle(since, lefts, self._bounds(before))
                found = {chance: cycle.quantile(chance) for chance in awaited}
                quantiles |= {chance: pull for chance, pull in found.items() if pull is not None}
                awaited = [chance for chance, pull in found.items() if pull is None]
                if horizon is not None and (left_then := cycle.left_at(horizon)) is not None:
                    by_horizon, horizon = Rounded(_ONE - left_then, _ONE), None
            lefts.append(left)
            if len(lefts) > 4 * wait + 400:
                wait *= 2
                since, before, lefts, is_compared = pulls, dict(self._here), [left], False
        return quantiles, by_horizon

    def _step(self) -> int:
        chain, there, ways = self._chain, dict[int, int](), 0
        for state, mass in self._here.items():
            row = chain.rows[state]
            total = chain.totals[row]
            for to, weight in zip(chain.targets[state], chain.weights[row], strict=True):
                there[to] = there.get(to, 0) + mass * weight // total
                ways += 1
        self._here = there
        return 1 + (ways + len(there)) // 2

    def _bounds(self, before: Mapping[int, int]) -> tuple[int, int] | None:
        if not all(before.values()):
            return None
        factors = [
            ((self._here[state] << TAIL_BITS) // (mass + 1), (mass, self._here[state]))
            for state, mass in before.items()
        ]
        least = min(factor for factor, _ in factors)
        most = max(((now + 1 << TAIL_BITS) // mass) + 1 for _, (mass, now) in factors)
        return least, most


class _Cycle:
    """The mass left after `since` pulls and the next ones, and from there on times r for each
    further round, r between `bounds`."""

    def __init__(self, since: int, lefts: list[int], bounds: tuple[int, int] | None) -> None:
        self._since = since
        self._lefts = lefts
        self._bounds = bounds if bounds is not None and bounds[1] < _ONE else None

    def quantile(self, chance: Fraction) -> int | None:
        """The pull that is enough with this chance, where both bounds agree on it."""
        if self._bounds is None:
            return None
        left = _left_by(chance)
        least, most = (self._fallen(factor, left) for factor in self._bounds)
        return least if least == most else None

    def left_at(self, pull: int) -> int | None:
        """What is left then, where both bounds agree on 24 digits of it."""
        if self._bounds is None:
            return None
        rounds, place = divmod(pull - self._since, len(self._lefts))
        least, most = (
            self._lefts[place] * _power(factor, rounds) >> TAIL_BITS for factor in self._bounds
        )
        return least if (most - least) << 80 <= most else None

    def _fallen(self, factor: int, to: int) -> int:
        """The first pull after which the mass is no more than `to`."""
        powers = [factor]
        while self._lefts[0] * powers[-1] >> TAIL_BITS > to:
            powers.append(powers[-1] * powers[-1] >> TAIL_BITS)
        rounds, left = 0, _ONE
        for index in reversed(range(len(powers))):
            further = left * powers[index] >> TAIL_BITS
            if self._lefts[0] * further >> TAIL_BITS > to:
                rounds, left = rounds + (1 << index), further
        pull = self._since + rounds * len(self._lefts)
        for place, mass in enumerate(self._lefts):
            if mass * left >> TAIL_BITS <= to:
                return pull + place
        return pull + len(self._lefts)


def _left_by(chance: Fraction) -> int:
    """The mass that is left when this chance is reached, roundings allowed for."""
    return (_ONE * (chance.denominator - chance.numerator) + _SLACK) // chance.denominator


def _power(factor: int, times: int) -> int:
    result = _ONE
    while times:
        if times & 1:
            result = result * factor >> TAIL_BITS
        factor = factor * factor >> TAIL_BITS
        times >>= 1
    return result


def _mean_of_classes(edges: Edges, totals: list[int], gains: list[int], work: Work) -> Fraction:
    """The long run of a chain that may end in one of several parts of itself.

    Each of these is closed: no way leads out of it. The mean is that of all of them, weighted
    with the probability of being led there.
    """
    class_of = _classes([[to for to, _ in out] for out in edges])
    work.spend(3 * len(edges))
    is_closed = [True] * (1 + max(class_of))
    for state, out in enumerate(edges):
        if any(class_of[to] != class_of[state] for to, _ in out):
            is_closed[class_of[state]] = False
    transient = [
        []
        if is_closed[class_of[state]]
        else [(to, weight) for to, weight in out if not is_closed[class_of[to]]]
        for state, out in enumerate(edges)
    ]
    inside: dict[int, list[int]] = {}
    for state, number in enumerate(class_of):
        if is_closed[number]:
            inside.setdefault(number, []).append(state)
    mean = Fraction(0)
    is_rounded = False
    for number, states in inside.items():
        place = {state: index for index, state in enumerate(states)}
        own = [[(place[to], weight) for to, weight in edges[state]] for state in states]
        share = _System(own, [totals[s] for s in states], work).mean([gains[s] for s in states])
        if is_closed[class_of[0]] or len(inside) == 1:
            reached = Fraction(1)
        else:
            into = [
                0
                if is_closed[class_of[state]]
                else sum(weight for to, weight in out if class_of[to] == number)
                for state, out in enumerate(edges)
            ]
            reached = _System(transient, totals, work).solve(into)
        is_rounded |= isinstance(share, Rounded) or isinstance(reached, Rounded)
        mean += share * reached
    return Rounded(mean) if is_rounded else mean


def _classes(targets: list[list[int]]) -> list[int]:
    """The strongly connected part that each state belongs to (Kosaraju)."""
    order, _ = _order(targets)
    sources: list[list[int]] = [[] for _ in targets]
    for state, out in enumerate(targets):
        for to in out:
            sources[to].append(state)
    class_of = [-1] * len(targets)
    count = 0
    for root in reversed(order):
        if class_of[root] >= 0:
            continue
        class_of[root] = count
        todo = [root]
        for state in todo:
            for source in sources[state]:
                if class_of[source] < 0:
                    class_of[source] = count
                    todo.append(source)
        count += 1
    return class_of


class _TooLongError(Exception):
    """The exact fraction would fill pages."""


class _System:
    """The equations total(s)·h(s) = gain(s) + Σ weight·h(to), solved exactly.

    Every h(s) is written as an affine form in the values at `heads`, the states that loops return
    to; outside them the edges form no loop, so one pass in post-order does it. A way from a state
    to itself is no loop: what it carries is taken to the left side. Where the exact fractions would
    take more than MOST_EXACT_WORK, they are rounded instead.
    """

    def __init__(self, edges: Edges, totals: list[int], work: Work) -> None:
        stays = [
            sum(weight for to, weight in out if to == state) for state, out in enumerate(edges)
        ]
        leaves = [total - stay for total, stay in zip(totals, stays, strict=True)]
        self._edges = [
            [(to, weight) for to, weight in out if to != state or not leaves[state]]
            for state, out in enumerate(edges)
        ]
        self._totals = totals
        self._leaves = [left or total for left, total in zip(leaves, totals, strict=True)]
        self._work = work
        targets = [[to for to, _ in out] for out in self._edges]
        mirrored = [out[::-1] for out in targets]
        # Fewer heads, less to solve: which way of walking finds fewer depends on the banner.
        self._order, heads = min(_order(targets), _order(mirrored), key=lambda walk: len(walk[1]))
        self._column = {head: index + 2 for index, head in enumerate(heads)}
        self._is_exact = len(heads) <= MOST_EXACT_HEADS
        self._exact_left = min(MOST_EXACT_WORK, work.left // 4)
        work.spend(3 * len(edges))

    def solve(self, gains: Sequence[int]) -> Fraction:
        """h(0)."""
        return self._twice(self._solve, gains)

    def mean(self, gains: Sequence[int]) -> Fraction:
        """The mean gain of a step in the long run: the g for which h = gain - g + Σ … has an h."""
        return self._twice(self._mean, gains)

    def _twice(self, find: Callable[[Sequence[int]], Fraction], gains: Sequence[int]) -> Fraction:
        if self._is_exact:
            try:
                return find(gains)
            except _TooLongError:
                self._is_exact = False
        return Rounded(find(gains))

    def _solve(self, gains: Sequence[int]) -> Fraction:
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
        return rest / whole

    def _mean(self, gains: Sequence[int]) -> Fraction:
        forms = self._forms(gains)
        rows = []
        for head, column in self._column.items():
            form, whole = forms[head]
            # h of the first head is 0, and its column serves g.
            equation = [-form[1], *(-value for value in form[3:]), form[0]]
            if column > 2:
                equation[column - 2] += whole
            rows.append(equation)
        return self._values(rows)[0]

    def _values(self, rows: list[list[int]]) -> list[Fraction]:
        size = len(rows)
        bits = max((value.bit_length() for row in rows for value in row), default=0)
        if not self._is_exact:
            self._work.spend(size**3 // 6)
            return _solve_rounded(rows)
        # Its numbers grow by the digits of one row with each step.
        self._spend_exact(
            sum((size - n) ** 2 * (1 + (n * bits) ** 2 // 2**20) for n in range(1, size))
        )
        return _solve(rows)

    def _spend_exact(self, steps: int) -> None:
        self._exact_left -= steps
        if self._exact_left < 0:
            raise _TooLongError
        self._work.spend(steps)

    def _forms(self, gains: Sequence[int]) -> dict[int, tuple[list[int], int]]:
        """Head or start → ([constant, factor of g, factor of each head…], common denominator)."""
        width = 2 + len(self._column)
        forms: dict[int, tuple[list[int], int]] = {}
        uses = [0] * len(self._edges)  # of a form, by what is still to come
        for state in self._order:
            for to, _ in self._edges[state]:
                uses[to] += 1
        for state in [0, *self._column]:
            uses[state] += 1
        for state in self._order:
            total = self._totals[state]
            inner = [edge for edge in self._edges[state] if edge[0] not in self._column]
            unit = lcm(*(forms[to][1] for to, _ in inner)) if self._is_exact else 1
            form = [0] * width
            form[0] = gains[state] * unit
            form[1] = -total * unit
            if not self._is_exact:
                form[0] <<= ROUNDED_BITS
                form[1] <<= ROUNDED_BITS
            for to, weight in self._edges[state]:
                column = self._column.get(to)
                if column is not None:
                    form[column] += weight * unit if self._is_exact else weight << ROUNDED_BITS
            steps = width // 4
            for to, weight in inner:
                values, part = forms[to]
                factor = weight * (unit // part) if self._is_exact else weight
                for index, value in enumerate(values):
                    if value:
                        form[index] += factor * value
                        steps += 1
                uses[to] -= 1
                if not uses[to]:
                    del forms[to]
            whole = self._leaves[state] * unit
            if self._is_exact:
                common = gcd(whole, *form)
                forms[state] = [value // common for value in form], whole // common
                bits = whole.bit_length()
                if bits > MOST_EXACT_BITS:
                    raise _TooLongError
                self._spend_exact(1 + steps * (1 + (bits >> 12)) // 2 + (bits * bits >> 19))
            else:
                forms[state] = [value // whole for value in form], 1 << ROUNDED_BITS
                self._work.spend(1 + steps // 2)
        return forms


def _order(targets: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
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
