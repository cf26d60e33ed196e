"""How far a player is from a card or a rarity, bounded, so that a function can say it.

The figures are those of `gacha.odds.copies`, from the player's own state on.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any, Final

from gacha.banner import Banner
from gacha.engine import State
from gacha.errors import OddsError
from gacha.goals import Goal
from gacha.rates import percent

MOST_STATES: Final = 10_000
MOST_WORK: Final = 300_000
"""As of one answer about luck: a function of 128 MB has a fourteenth of a core."""


def points(banner: Banner, goal: Goal, state: State) -> Mapping[str, int] | None:
    """What one of it costs in points, and how many the player `has`; None where they pay none."""
    from gacha.odds import copies

    price = copies.goal(banner, goal.of, 1).points(banner)
    return None if price is None else {"price": price, "has": state.points}


def most_copies(banner: Banner, goal: Goal, number: int, state: State) -> int | None:
    """How many copies may be asked about, where so many are too many: a limit of exchanges lets
    points pay only these."""
    from gacha.odds import copies

    return copies.goal(banner, goal.of, number).most(banner, state)


def ways(banner: Banner, goal: Goal, number: int, state: State, coins: int) -> list[dict[str, Any]]:
    """How far it is to so many of it, in pulls of each `size`; empty where that takes too long.

    `half`, `ninety` and `certain` are pulls and the coins that they cost, None for never; `pulls`
    and `chance` are what `coins` pay, and the chance to have it by then. Under a limit for a day
    `days` are beside them, the mean has no coins, and of what `coins` pay nothing is said.
    """
    from gacha.chains import Work
    from gacha.odds import copies

    wanted = copies.goal(banner, goal.of, number)
    is_by_day = banner.limit is not None and banner.limit.per_day is not None

    def cost(pulls: int, size: int) -> dict[str, Any]:
        found = copies.over_days(banner, pulls, state, size)
        if found is None:
            return {"pulls": pulls, "coins": copies.paid(banner, pulls, state, size)}
        return {"pulls": pulls, "days": found[0], "coins": found[1]}

    def way(size: int, found: copies.Reach) -> dict[str, Any]:
        until, budget = found.until, found.budget
        needed = {"half": found.median, "ninety": found.ninety, "certain": found.certain}
        costs = {
            name: None if pulls is None else cost(pulls, size) for name, pulls in needed.items()
        }
        expected = None
        if until.expected is not None and until.expected_cost is not None:
            tenths = round(until.expected * 10)
            coins_ = ceil(until.expected_cost)
            expected = {"pulls": f"{tenths // 10:,}.{tenths % 10}", "coins": coins_}
            if is_by_day:  # a mean of pulls is no price of days
                expected |= {"days": cost(ceil(until.expected), size)["days"], "coins": None}
        return {
            "size": size,
            "expected": expected,
            **costs,
            "never": percent(until.never) if until.never else None,
            "by_points": percent(found.by_points) if found.by_points else None,
            "left": None
            if found.limit is None
            else {"pulls": found.limit.pulls, "chance": percent(found.limit.chance)},
            "pulls": None if budget is None else budget.pulls,
            "chance": None if budget is None else percent(budget.chance),
        }

    try:
        # What coins pay, the days may not let.
        budget = None if is_by_day else coins
        every = copies.every_way(banner, wanted, state, budget, Work(MOST_WORK, MOST_STATES))
    except OddsError:
        return []
    return [way(size, found) for size, found in every.items()]
