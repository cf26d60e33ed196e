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
from gacha.odds.copies import Goal, Reach, over_days, paid

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
        return None if pulls is None else _paid(banner, pulls, state, count)[0]

    result: dict[str, object] = {
        "expected_pulls": None if until.expected is None else exact(until.expected),
        "expected_cost": None if until.expected_cost is None else exact(until.expected_cost),
        "median_pulls": found.median,
        "median_cost": cost(found.median),
        "ninety_pulls": found.ninety,
        "ninety_cost": cost(found.ninety),
        "certain_within": found.certain,
        "certain_cost": cost(found.certain),
        **_days(banner, state, found, count),
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
    is_by_day = banner.limit is not None and banner.limit.per_day is not None
    rows = [(title(count), "pulls", "coins", "days")]
    if until.expected is None or until.expected_cost is None:
        rows.append(("expected", "never" if until.never else "-", "-", "-"))
    else:
        cost = "-" if is_by_day else plot.fixed(until.expected_cost, 0)
        rows.append(("expected", plot.fixed(until.expected, 4), cost, "-"))
    for name, pulls, otherwise in (
        ("half have it by", found.median, "-"),
        ("90 % have it by", found.ninety, "-"),
        ("certain by", found.certain, "never"),
    ):
        if pulls is None:
            rows.append((name, otherwise, "-", "-"))
        else:
            coins, days = _paid(banner, pulls, state, count)
            rows.append((name, f"{pulls:,}", f"{coins:,}", f"{days:,}"))
    columns = list(zip(*rows, strict=True))[: 4 if is_by_day else 3]
    widths = [max(map(len, column)) for column in columns]
    lines = [
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=False))
        )
        for row in rows
    ]
    if is_by_day:
        lines.append("all that a day has are pulled, at the day's prices in turn")
    if until.never:
        lines.append(f"never comes: {plot.share(until.never)}")
    if found.limit is not None:
        chance = plot.share(found.limit.chance)
        lines.append(f"the limit leaves {found.limit.pulls:,} pulls: {chance} have it by then")
    if found.by_points is not None:
        lines.append(f"some of it for points: {plot.share(found.by_points)}")
    if found.budget is not None:
        pulls_paid = "any number of" if found.budget.pulls is None else f"{found.budget.pulls:,}"
        lines.append(
            f"{found.budget.coins:,} coins pay {pulls_paid} pulls: "
            f"{plot.share(found.budget.chance)} have it by then"
        )
    return lines


def _paid(banner: Banner, pulls: int, state: State, count: int) -> tuple[int, int]:
    """What so many pulls cost, in coins, and on how many days; 0 where no limit counts days."""
    by_day = over_days(banner, pulls, state, count)
    return (paid(banner, pulls, state, count), 0) if by_day is None else (by_day[1], by_day[0])


def _days(banner: Banner, state: State, found: Reach, count: int) -> dict[str, object]:
    """On how many days, where a limit counts them."""
    needed = {"median": found.median, "ninety": found.ninety, "certain": found.certain}
    if banner.limit is None or banner.limit.per_day is None:
        return {}
    return {
        f"{name}_days": None if pulls is None else _paid(banner, pulls, state, count)[1]
        for name, pulls in needed.items()
    }
