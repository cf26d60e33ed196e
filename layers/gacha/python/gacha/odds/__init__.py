"""Exact odds of a banner.

Everything here is computed from the engine's rows and steps, the functions that also draw, so
published odds cannot differ from drawn ones. No simulation and no floats: `gacha.chains` builds
the states that draws can lead to, `gacha.solving` gets the figures out of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from operator import mul

from gacha import chains, engine, solving
from gacha.banner import TEN, Banner
from gacha.chains import Work, members
from gacha.engine import State
from gacha.errors import OddsError


@dataclass(frozen=True)
class First:
    """How many pulls it takes to the first of some cards.

    `chances[n - 1]` is the probability that it is pull n; they sum to 1 when the card is certain
    by then, and end at a horizon when it never is. `expected` is the mean number of pulls, and
    `expected_cost` the mean price in coins until then; both may be Rounded, and are None where
    with the probability `never` there is none for ever. `cut` is the whole distribution where
    `chances` end before it does.
    """

    chances: tuple[Fraction, ...]
    expected: Fraction | None
    expected_cost: Fraction | None
    never: Fraction = Fraction(0)
    cut: solving.Distribution | None = None

    @cached_property
    def within(self) -> tuple[Fraction, ...]:
        """`within[n - 1]`: the probability that n pulls are enough."""
        return tuple(accumulate(self.chances)) if self.cut is None else self.cut.within

    @property
    def certain(self) -> int | None:
        """The number of pulls that are always enough, None when no number is."""
        if self.cut is not None:
            return self.cut.certain
        return len(self.chances) if self.chances and self.within[-1] == 1 else None

    def quantile(self, chance: Fraction) -> int | None:
        """The fewest pulls that are enough with this probability, None beyond the horizon."""
        return next((n for n, p in enumerate(self.within, start=1) if p >= chance), None)

    @property
    def median(self) -> int | None:
        return self.quantile(Fraction(1, 2)) if self.cut is None else self.cut.median

    def without(self, pulls: int) -> Fraction:
        """The probability that `pulls`, the horizon or fewer, are not enough; may be Rounded."""
        if pulls > len(self.within) and self.cut is not None and self.cut.by_horizon is not None:
            left = 1 - self.cut.by_horizon
            return (
                solving.Rounded(left) if isinstance(self.cut.by_horizon, solving.Rounded) else left
            )
        return 1 - self.within[min(pulls, len(self.within)) - 1] if self.within else Fraction(1)


def featured(banner: Banner) -> frozenset[str]:
    """The featured cards of the highest rarity that has some; empty when none has."""
    for rarity in banner.rarities:
        if found := frozenset(card.id for card in rarity.cards if card.featured):
            return found
    return frozenset()


def long_run(
    banner: Banner, cards: frozenset[str], ten: bool = False, work: Work | None = None
) -> Fraction:
    """The consolidated rate: what part of very many pulls are `cards`.

    With `ten`, of very many ten-pulls. May be Rounded. Raises OddsError, with what to reduce, where
    it would take more than `work` has left.
    """
    work = Work() if work is None else work
    with _naming(banner, cards, ten):
        settled = chains.settled(banner)
        start = engine.start(settled)
        return solving.long_run(chains.build(settled, cards, start, ten, work=work), work)


def first(
    banner: Banner,
    cards: frozenset[str],
    state: State | None = None,
    ten: bool = False,
    horizon: int | None = None,
    work: Work | None = None,
) -> First:
    """How many pulls it takes from `state` (default: a new player) to the first of `cards`.

    With `ten`, in ten-pulls: pulls are still counted one by one, but paid ten by ten. Where the
    cards never become certain, the distribution ends after `horizon` pulls (default: when 99 %
    of players have one). Raises OddsError, with what to reduce, where it would take more than
    `work` has left.
    """
    state = engine.start(banner) if state is None else state
    work = Work() if work is None else work
    with _naming(banner, cards, ten):
        return _first(banner, cards, state, ten, horizon, work)


def _first(
    banner: Banner,
    cards: frozenset[str],
    state: State,
    ten: bool,
    horizon: int | None,
    work: Work,
) -> First:
    chain = chains.build(banner, cards, state, ten, until_hit=True, work=work)
    found = solving.distribution(chain, horizon, work)
    cut = found if found.is_cut else None
    if found.never:
        return First(found.chances, None, None, found.never, cut)
    pulls = solving.expected(chain, _per_state(chain), work)
    if not ten:
        cost = pulls * banner.price_one
    elif found.certain is not None and not found.is_cut:
        tens = range(1, len(found.chances) // TEN + 2)
        paid = [price for n in tens for price in [banner.price(TEN * n, state.step)] * TEN]
        return First(found.chances, pulls, sum(map(mul, found.chances, paid), Fraction(0)))
    else:
        chain = chains.build(banner, cards, state, ten, until_hit=True, slots=True, work=work)
        cost = solving.expected(chain, list(map(mul, _per_state(chain), chain.prices)), work)
    if isinstance(pulls, solving.Rounded):
        cost = solving.Rounded(cost)
    return First(found.chances, pulls, cost, cut=cut)


def _per_state(chain: chains.Chain) -> list[int]:
    return [chain.totals[row] for row in chain.rows]


@contextmanager
def _naming(banner: Banner, cards: frozenset[str], ten: bool) -> Iterator[None]:
    """Says whose figure is too much, and what to reduce."""
    try:
        yield
    except chains.TooMuchError as error:
        several = [error.cause] if error.cause else []
        several += chains.factors(banner, cards, ten)
        names = [rarity.id for rarity in banner.rarities if members(rarity) == cards]
        whose = f"rarity {names[0]}" if names else "the featured cards"
        raise OddsError(
            f"{banner.id}: the odds of {whose} depend on too many things at once to be computed"
            f"{' for ten-pulls' if ten else ''}: {'; '.join(several)}. These multiply: make the "
            "first ones smaller, or have fewer of them"
        ) from None


@dataclass(frozen=True, slots=True)
class Figures:
    """The odds of some cards: on the next pull, in the long run, and until the first."""

    next: Fraction
    rate: Fraction
    first: First


@dataclass(frozen=True, slots=True)
class Report:
    """Figures per rarity, highest first, and of the featured cards; in single or in ten-pulls."""

    rarities: Mapping[str, Figures]
    featured: Figures | None


def report(
    banner: Banner, state: State | None = None, ten: bool = False, work: Work | None = None
) -> Report:
    """All figures of a banner, from `state` (default: a new player) on.

    Raises OddsError, with what to reduce, where they would take more than `work` has left.
    """
    state = engine.start(banner) if state is None else state
    work = Work() if work is None else work
    rates = shares(banner, ten, work)

    def figures(cards: frozenset[str], rate: Fraction, horizon: int | None) -> Figures:
        until = first(banner, cards, state, ten, horizon, work)
        return Figures(until.chances[0] if until.chances else Fraction(0), rate, until)

    wanted = featured(banner)
    horizon = banner.exchange.price if banner.exchange else None
    return Report(
        rarities={
            rarity.id: figures(members(rarity), rates[rarity.id], None)
            for rarity in banner.rarities
        },
        featured=figures(wanted, long_run(banner, wanted, ten, work), horizon) if wanted else None,
    )


def shares(banner: Banner, ten: bool, work: Work) -> dict[str, Fraction]:
    """The consolidated rate of each rarity. Of the lowest nothing is walked: it has what the
    others leave, and its own walk would be the longest."""
    *higher, lowest = banner.rarities
    rates = {rarity.id: long_run(banner, members(rarity), ten, work) for rarity in higher}
    left = 1 - sum(rates.values(), Fraction(0))
    if any(isinstance(rate, solving.Rounded) for rate in rates.values()):
        left = solving.Rounded(left)
    return {**rates, lowest.id: left}
<<<<<<< HEAD:layers/gacha/python/gacha/odds.py


# --- the command ---------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="gacha.odds", description="Exact odds of a banner.")
    parser.add_argument("banner", type=Path, metavar="BANNER.toml")
    parser.add_argument("--json", action="store_true", help="fractions and decimals, for programs")
    parser.add_argument(
        "--plot",
        nargs="?",
        const="",
        metavar="OUT.svg",
        help="draw the distribution; default: BANNER.svg here",
    )
    parser.add_argument("--state", metavar="JSON", help="a player's state; default: a new player's")
    options = parser.parse_args(arguments)
    picture = None if options.plot is None else Path(options.plot or f"{options.banner.stem}.svg")
    if picture is not None and picture.suffix != ".svg":
        parser.error(f"--plot {picture}: a picture is SVG, so its name ends in .svg")
    try:
        banner = command.read(options.banner)
        state = State.from_dict(banner, _given(banner, options.state))
        work = Work()
        single = report(banner, state, work=work)
        ten = report(banner, state, ten=True, work=work) if banner.ten_differs else None
        if picture is not None:
            picture.write_text(plot.picture(banner, single), encoding="utf-8")
            print(f"drew {picture}", file=sys.stderr)
    except (GachaError, OSError) as error:
        print(f"gacha.odds: {command.refusal(error)}", file=sys.stderr)
        return command.BAD_INPUT
    sys.set_int_max_str_digits(0)  # exact fractions may well have 4,301 digits
    if options.json:
        print(json.dumps(to_json(banner, state, single, ten), ensure_ascii=False, indent=1))
    else:
        print(to_table(banner, single, ten))
    return 0


def _given(banner: Banner, text: str | None) -> Mapping[str, object]:
    """The state of `--state`. A name that the banner does not count is a mistake here."""
    if not text:
        return {}
    try:
        given = json.loads(text)
    except ValueError as error:
        raise OddsError(f"--state is no JSON: {error}") from error
    except RecursionError as error:
        raise OddsError("--state is no JSON object of a few levels") from error
    if not isinstance(given, dict):
        raise OddsError("--state is no JSON object")
    fresh = engine.start(banner)
    known = {"since": fresh.since, "lost": fresh.lost, "drawn": fresh.drawn}
    if not banner.carry_over:  # else a state may hold promises of other banners of the kind
        known["promises"] = fresh.promises
    for section, counts in known.items():
        names = given.get(section)
        for name in names if isinstance(names, dict) else ():
            if name not in dict(counts):
                allowed = listed(key for key, _ in counts) or "nothing"
                raise OddsError(
                    f"--state: {section}.{shown(name)} is not counted by {banner.id}; "
                    f"allowed: {allowed}"
                )
    return given


def to_json(banner: Banner, state: State, single: Report, ten: Report | None) -> dict[str, object]:
    """All figures, as {"fraction": "1/3", "decimal": "0.333333333333333333"}.

    The fraction is null where the value is Rounded.
    """
    return {
        "banner": banner.id,
        "hash": banner.hash,
        "state": state.to_dict(),
        **_mode_json(banner, single),
        "ten": None if ten is None else _mode_json(banner, ten),
    }


def to_table(banner: Banner, single: Report, ten: Report | None) -> str:
    """The figures for reading, rounded."""
    head = ("", "next pull", "long run", "expected", "median", "certain", "expected cost")
    lines = [f"{banner.name['en']} ({banner.id})"]
    for title, mode in (("single pulls", single), ("ten-pulls", ten)):
        if mode is None:
            continue
        rows: list[tuple[str, ...]] = [(title, *head[1:])]
        for rarity in banner.rarities:
            rows.append(_table_row(rarity.name["en"], mode.rarities[rarity.id]))
        if mode.featured is not None:
            rows.append(_table_row("featured", mode.featured))
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        lines.append("")
        for row in rows:
            cells = [row[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            lines.append("  ".join(cells))
        if banner.exchange is not None and mode.featured is not None:
            price = banner.exchange.price
            without = mode.featured.first.without(price)
            lines.append(f"no featured card in {price} pulls: {plot.fixed(100 * without, 4)} %")
    return "\n".join(lines)


def _table_row(name: str, figures: Figures) -> tuple[str, ...]:
    until = figures.first
    return (
        name,
        f"{plot.fixed(100 * figures.next, 4)} %",
        f"{plot.fixed(100 * figures.rate, 4)} %",
        "never" if until.expected is None else f"{plot.fixed(until.expected, 4)} pulls",
        str(until.median or "-"),
        str(until.certain or "never"),
        "-" if until.expected_cost is None else plot.fixed(until.expected_cost, 0),
    )


def _mode_json(banner: Banner, mode: Report) -> dict[str, object]:
    top = mode.rarities[banner.rarities[0].id]
    shown: dict[str, object] = {
        "rarities": {key: _figures_json(figures) for key, figures in mode.rarities.items()},
        "featured": None,
        **_distribution_json(top.first),
    }
    if mode.featured is not None:
        shown["featured"] = {
            "cards": sorted(featured(banner)),
            **_figures_json(mode.featured),
            **_distribution_json(mode.featured.first),
        }
        if banner.exchange is not None:
            price = banner.exchange.price
            shown["exchange"] = {
                "price": price,
                "without_featured": _exact(mode.featured.first.without(price)),
            }
    return shown


def _figures_json(figures: Figures) -> dict[str, object]:
    until = figures.first
    shown: dict[str, object] = {
        "next_rate": _exact(figures.next),
        "consolidated_rate": _exact(figures.rate),
        "expected_pulls": None if until.expected is None else _exact(until.expected),
        "expected_cost": None if until.expected_cost is None else _exact(until.expected_cost),
        "median_pulls": until.median,
        "certain_within": until.certain,
    }
    return {**shown, "never": _exact(until.never)} if until.never else shown


def _distribution_json(until: First) -> dict[str, object]:
    shown: dict[str, object] = {
        "distribution": [
            {"pull": pull, "chance": _exact(chance), "within": _exact(within)}
            for pull, (chance, within) in enumerate(
                zip(until.chances, until.within, strict=True), start=1
            )
        ]
    }
    if until.cut is not None:
        shown["distribution_remainder"] = _exact(1 - until.within[-1])
    return shown


def _exact(value: Fraction) -> dict[str, str | None]:
    decimal = Context(prec=DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator))
    is_short = value.denominator.bit_length() <= MOST_BITS and not isinstance(
        value, solving.Rounded
    )
    fraction = str(value) if is_short else None
    return {"fraction": fraction, "decimal": f"{decimal:f}"}


if __name__ == "__main__":
    from gacha import terminal

    sys.exit(terminal.ending(main))
=======
>>>>>>> eleven:layers/gacha/python/gacha/odds/__init__.py
