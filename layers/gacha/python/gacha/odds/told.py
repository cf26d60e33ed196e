"""Exact values as JSON, and how far it is to some cards: as JSON and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from gacha import solving
from gacha.banner import TEN, Banner
from gacha.engine import State
from gacha.odds import First, plot
from gacha.odds.copies import Goal, Reach, paid
from gacha.rates import percent

DIGITS: Final = 18  # significant digits of a decimal beside its fraction
MOST_BITS: Final = 100_000  # of a denominator that is printed: thirty thousand digits

Modes = Mapping[int, Reach]
"""How many cards are pulled at once → how far it is."""


def title(count: int) -> str:
    """Pulls of so many cards, in words."""
    return {1: "single pulls", TEN: "ten-pulls"}.get(count, f"pulls of {count}")


def exact(value: Fraction) -> dict[str, str | None]:
    """{"fraction": "1/3", "decimal": "0.333333333333333333"}; the fraction is null where the value
    is Rounded."""
    decimal = Context(prec=DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator))
    is_short = value.denominator.bit_length() <= MOST_BITS and not isinstance(
        value, solving.Rounded
    )
    fraction = str(value) if is_short else None
    return {"fraction": fraction, "decimal": f"{decimal:f}"}


def distribution_json(until: First, most: int | None = None) -> dict[str, object]:
    """It ends after `most` pulls, where a limit leaves no more."""
    if most is not None and most < len(until.chances):
        chances, within = until.chances[:most], until.within[:most]
        until = replace(until, chances=chances, cut=None)
        cut = distribution_json(until)
        return {**cut, "distribution_remainder": exact(1 - within[-1] if within else Fraction(1))}
    result: dict[str, object] = {
        "distribution": [
            {"pull": pull, "chance": exact(chance), "within": exact(within)}
            for pull, (chance, within) in enumerate(
                zip(until.chances, until.within, strict=True), start=1
            )
        ]
    }
    if until.cut is not None:
        result["distribution_remainder"] = exact(
            1 - until.within[-1] if until.within else Fraction(1)
        )
    return result


def reach_json(banner: Banner, state: State, goal: Goal, modes: Modes) -> dict[str, object]:
    """How far it is, all figures exact."""
    price = goal.points(banner)
    return {
        "banner": banner.id,
        "hash": banner.hash,
        "state": state.to_dict(),
        "of": goal.of,
        "cards": sorted(goal.cards),
        "copies": goal.copies,
        "exchange": None if price is None else {"price": price},
        "pulls_of": {
            str(count): _mode_json(banner, state, found, count) for count, found in modes.items()
        },
    }


def _mode_json(banner: Banner, state: State, found: Reach, count: int) -> dict[str, object]:
    until = found.until

    def cost(pulls: int | None) -> int | None:
        return None if pulls is None else paid(banner, pulls, state, count)

    result: dict[str, object] = {
        "expected_pulls": None if until.expected is None else exact(until.expected),
        "expected_cost": None if until.expected_cost is None else exact(until.expected_cost),
        "median_pulls": found.median,
        "median_cost": cost(found.median),
        "ninety_pulls": found.ninety,
        "ninety_cost": cost(found.ninety),
        "certain_within": found.certain,
        "certain_cost": cost(found.certain),
        "by_points": None if found.by_points is None else exact(found.by_points),
        "budget": None,
    }
    if found.budget is not None:
        result["budget"] = {
            "coins": found.budget.coins,
            "pulls": found.budget.pulls,
            "chance": exact(found.budget.chance),
        }
    if until.never:
        result["never"] = exact(until.never)
    if found.limit is None:
        return {**result, **distribution_json(until)}
    result["limit"] = {"pulls": found.limit.pulls, "chance": exact(found.limit.chance)}
    return {**result, **distribution_json(until, found.limit.pulls)}


def reach_table(banner: Banner, state: State, goal: Goal, modes: Modes) -> str:
    """The figures for reading, rounded."""
    copies = "the first" if goal.copies == 1 else f"{goal.copies} copies"
    lines = [f"{banner.name['en']} ({banner.id}): {copies} of {goal.of}"]
    if (price := goal.points(banner)) is not None:
        lines.append(
            f"{price} points pay a copy: they are spent as soon as, with what was drawn, they "
            "pay the rest"
        )
    for count, found in modes.items():
        lines += ["", *_mode_lines(banner, state, found, count)]
    return "\n".join(lines)


def _mode_lines(banner: Banner, state: State, found: Reach, count: int) -> list[str]:
    until = found.until
    rows = [(title(count), "pulls", "coins")]
    if until.expected is None or until.expected_cost is None:
        rows.append(("expected", "never" if until.never else "-", "-"))
    else:
        rows.append(("expected", plot.fixed(until.expected, 4), plot.fixed(until.expected_cost, 0)))
    for name, pulls, otherwise in (
        ("half have it by", found.median, "-"),
        ("90 % have it by", found.ninety, "-"),
        ("certain by", found.certain, "never"),
    ):
        cost = "-" if pulls is None else f"{paid(banner, pulls, state, count):,}"
        rows.append((name, otherwise if pulls is None else f"{pulls:,}", cost))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].rjust(widths[2])])
        for row in rows
    ]
    if until.never:
        lines.append(f"never comes: {percent(until.never)}")
    if found.limit is not None:
        chance = percent(found.limit.chance)
        lines.append(f"the limit leaves {found.limit.pulls:,} pulls: {chance} have it by then")
    if found.by_points is not None:
        lines.append(f"some of it for points: {percent(found.by_points)}")
    if found.budget is not None:
        pulls_paid = "any number of" if found.budget.pulls is None else f"{found.budget.pulls:,}"
        lines.append(
            f"{found.budget.coins:,} coins pay {pulls_paid} pulls: "
            f"{percent(found.budget.chance)} have it by then"
        )
    return lines
