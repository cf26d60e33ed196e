"""Exact odds of a banner: `python -m gacha.odds BANNER.toml [--json] [--plot OUT.svg]`.

Everything here is computed from the engine's rows and steps, the functions that also draw, so
published odds cannot differ from drawn ones. No simulation and no floats: `gacha.chains` builds
the states that draws can lead to, `gacha.solving` gets the figures out of them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from operator import mul
from pathlib import Path
from typing import Final

from gacha import chains, engine, plot, solving
from gacha.banner import TEN, Banner, parse
from gacha.chains import members
from gacha.engine import State
from gacha.errors import GachaError, OddsError

DIGITS: Final = 18  # significant digits of a decimal beside its fraction


@dataclass(frozen=True)
class First:
    """How many pulls it takes to the first of some cards.

    `chances[n - 1]` is the probability that it is pull n; they sum to 1 when the card is certain
    by then, and end at a horizon when it never is. `expected` is the mean number of pulls, and
    `expected_cost` the mean price in coins until then; both may be Rounded.
    """

    chances: tuple[Fraction, ...]
    expected: Fraction
    expected_cost: Fraction

    @cached_property
    def within(self) -> tuple[Fraction, ...]:
        """`within[n - 1]`: the probability that n pulls are enough."""
        return tuple(accumulate(self.chances))

    @property
    def certain(self) -> int | None:
        """The number of pulls that are always enough, None when no number is."""
        return len(self.chances) if self.within[-1] == 1 else None

    def quantile(self, chance: Fraction) -> int | None:
        """The fewest pulls that are enough with this probability, None beyond the horizon."""
        return next((n for n, p in enumerate(self.within, start=1) if p >= chance), None)

    @property
    def median(self) -> int | None:
        return self.quantile(Fraction(1, 2))


def featured(banner: Banner) -> frozenset[str]:
    """The featured cards of the highest rarity that has some; empty when none has."""
    for rarity in banner.rarities:
        if found := frozenset(card.id for card in rarity.cards if card.featured):
            return found
    return frozenset()


def long_run(
    banner: Banner, cards: frozenset[str], ten: bool = False, most_states: int = chains.MOST_STATES
) -> Fraction:
    """The consolidated rate: what part of very many pulls are `cards`.

    With `ten`, of very many ten-pulls. May be Rounded. Raises OddsError where it would take a walk
    over more than `most_states` states.
    """
    settled = chains.settled(banner)
    start = engine.start(settled)
    return solving.long_run(chains.build(settled, cards, start, ten, most_states=most_states))


def first(
    banner: Banner,
    cards: frozenset[str],
    state: State | None = None,
    ten: bool = False,
    horizon: int | None = None,
) -> First:
    """How many pulls it takes from `state` (default: a new player) to the first of `cards`.

    With `ten`, in ten-pulls: pulls are still counted one by one, but paid ten by ten. Where the
    cards never become certain, the distribution ends after `horizon` pulls (default: when 99 %
    of players have one).
    """
    state = engine.start(banner) if state is None else state
    chain = chains.build(banner, cards, state, ten, until_hit=True)
    chances = solving.distribution(chain, horizon)
    expected = solving.expected(chain, chain.totals)
    if ten and sum(chances) == 1:
        tens = range(1, len(chances) // TEN + 2)
        paid = [price for n in tens for price in [banner.price(TEN * n, state.step)] * TEN]
        cost = sum(map(mul, chances, paid), Fraction(0))
    else:
        if ten:
            chain = chains.build(banner, cards, state, ten, until_hit=True, slots=True)
        cost = solving.expected(chain, list(map(mul, chain.totals, chain.prices)))
    return First(chances, expected, cost)


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


def report(banner: Banner, state: State | None = None, ten: bool = False) -> Report:
    """All figures of a banner, from `state` (default: a new player) on."""
    state = engine.start(banner) if state is None else state

    def figures(cards: frozenset[str], horizon: int | None) -> Figures:
        until = first(banner, cards, state, ten, horizon)
        return Figures(until.chances[0], long_run(banner, cards, ten), until)

    wanted = featured(banner)
    horizon = banner.exchange.price if banner.exchange else None
    return Report(
        rarities={rarity.id: figures(members(rarity), None) for rarity in banner.rarities},
        featured=figures(wanted, horizon) if wanted else None,
    )


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
    sys.set_int_max_str_digits(0)  # exact fractions may well have 4,301 digits
    try:
        banner = parse(options.banner.read_bytes(), str(options.banner))
        given = json.loads(options.state) if options.state else {}
        if not isinstance(given, dict):
            raise OddsError("--state is no JSON object")
        state = State.from_dict(banner, given)
        single = report(banner, state)
        ten = report(banner, state, ten=True) if banner.ten_differs else None
        if picture is not None:
            picture.write_text(plot.picture(banner, single), encoding="utf-8")
            print(f"drew {picture}", file=sys.stderr)
    except (GachaError, OSError, json.JSONDecodeError) as error:
        print(f"gacha.odds: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(to_json(banner, state, single, ten), ensure_ascii=False, indent=1))
    else:
        print(to_table(banner, single, ten))
    return 0


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
            price, without = banner.exchange.price, _without(banner.exchange.price, mode.featured)
            lines.append(f"no featured card in {price} pulls: {plot.fixed(100 * without, 4)} %")
    return "\n".join(lines)


def _table_row(name: str, figures: Figures) -> tuple[str, ...]:
    until = figures.first
    return (
        name,
        f"{plot.fixed(100 * figures.next, 4)} %",
        f"{plot.fixed(100 * figures.rate, 4)} %",
        f"{plot.fixed(until.expected, 4)} pulls",
        str(until.median or "-"),
        str(until.certain or "never"),
        plot.fixed(until.expected_cost, 0),
    )


def _mode_json(banner: Banner, mode: Report) -> dict[str, object]:
    top = mode.rarities[banner.rarities[0].id]
    shown: dict[str, object] = {
        "rarities": {key: _figures_json(figures) for key, figures in mode.rarities.items()},
        "featured": None,
        "distribution": _distribution_json(top.first),
    }
    if mode.featured is not None:
        shown["featured"] = {
            "cards": sorted(featured(banner)),
            **_figures_json(mode.featured),
            "distribution": _distribution_json(mode.featured.first),
        }
        if banner.exchange is not None:
            price = banner.exchange.price
            shown["exchange"] = {
                "price": price,
                "without_featured": _exact(_without(price, mode.featured)),
            }
    return shown


def _figures_json(figures: Figures) -> dict[str, object]:
    return {
        "next_rate": _exact(figures.next),
        "consolidated_rate": _exact(figures.rate),
        "expected_pulls": _exact(figures.first.expected),
        "expected_cost": _exact(figures.first.expected_cost),
        "median_pulls": figures.first.median,
        "certain_within": figures.first.certain,
    }


def _distribution_json(until: First) -> list[dict[str, object]]:
    return [
        {"pull": pull, "chance": _exact(chance), "within": _exact(within)}
        for pull, (chance, within) in enumerate(
            zip(until.chances, until.within, strict=True), start=1
        )
    ]


def _without(pulls: int, figures: Figures) -> Fraction:
    return 1 - figures.first.within[min(pulls, len(figures.first.within)) - 1]


def _exact(value: Fraction) -> dict[str, str | None]:
    decimal = Context(prec=DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator))
    fraction = None if isinstance(value, solving.Rounded) else str(value)
    return {"fraction": fraction, "decimal": f"{decimal:f}"}


if __name__ == "__main__":
    sys.exit(main())
