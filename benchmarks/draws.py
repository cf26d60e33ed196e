"""Draws per second: the engine beside the plain way, in one run.

    PYTHONPATH=layers/gacha/python python benchmarks/draws.py

Both draw from the same banner (Genshin's: 5★ ramp, ceiling and 50/50 guarantee, 4★ ramp, ceiling
and guarantee) under the same rules, in alternating rounds; medians count. The engine takes its
words from one block of the operating system's random bytes, whose making is timed, too. The plain
way is what one writes first: `secrets.SystemRandom().choices` for the tier, again for featured or
not, again for the card. The fused loop has all states laid out beforehand and nothing else in the
loop: what could still be gained, at the price of exactness and of a second engine.

Then whole pulls, in seconds of CPU, from banners with rules that most do not have, beside banners
that have none of them: losses remembered across guarantees, packs with whole tables, frozen rates,
a limit, counts that luck does not begin anew, rarities without repeats, and boxes.
"""

from __future__ import annotations

import os
import platform
import secrets
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import accumulate
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from gacha import engine
from gacha.banner import Banner, Card, Rarity, parse

FILES = Path(__file__).parent.parent
BANNER = FILES / "tests" / "banners" / "genshin.toml"
WITHOUT = ("tests/banners/genshin", "tests/banners/uma-musume", "tests/banners/fgo")
WITH = (
    *("tests/banners/genshin-radiance", "tests/banners/tcg-pocket", "tests/banners/departure-warp"),
    *("tests/banners/fire-emblem-heroes-session", "tests/banners/lottery-box"),
    *("docs/gallery/stamp-card", "docs/gallery/album", "docs/gallery/two-prices"),
)
DRAWS = 1_000_000
PLAIN_DRAWS = 100_000
ROUNDS = 7
SPARE_WORDS = 1000  # for rejected ones: fewer than one in 65,536


def main() -> None:
    banner = parse(BANNER.read_bytes(), BANNER.name)
    ways: dict[str, tuple[Callable[[Banner, int], Counter[str]], int]] = {
        "engine, one block": (by_engine, DRAWS),
        "engine, ten-pulls": (by_tens, DRAWS),
        "fused loop": (by_fused_loop, DRAWS),
        "plain way": (by_choices, PLAIN_DRAWS),
    }
    laid_out(banner)  # outside the clock
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    seen: dict[str, Counter[str]] = {name: Counter() for name in ways}
    for _ in range(ROUNDS):
        for name, (way, count) in ways.items():
            began = perf_counter()
            drawn = way(banner, count)
            speeds[name].append(count / (perf_counter() - began))
            seen[name] += drawn
    plain = median(speeds["plain way"])
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}")
    print(f"{'median of ' + str(ROUNDS):20}{'draws/s':>12}{'x plain':>9}   5★ %   4★ %")
    for name, rounds in speeds.items():
        speed, total = median(rounds), seen[name].total()
        shares = "".join(f"{100 * seen[name][tier] / total:7.3f}" for tier in ("five", "four"))
        print(f"{name:20}{speed:12,.0f}{speed / plain:9.1f}{shares}")
    gain = median(speeds["fused loop"]) / median(speeds["engine, one block"])
    print(f"a fused loop would be {gain:.2f} times as fast as the engine")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}; whole pulls, draws a second of CPU:")
    by_rules()


def by_rules() -> None:
    banners = {name: parse((FILES / f"{name}.toml").read_bytes(), name) for name in WITHOUT + WITH}
    speeds: dict[str, list[float]] = {name: [] for name in banners}
    for _ in range(ROUNDS):
        for name, banner in banners.items():
            count = PLAIN_DRAWS // banner.sizes[-1] * banner.sizes[-1]
            words = iter(memoryview(os.urandom(16 * count)).cast("Q"))  # whole tables take some
            state, began = engine.start(banner), process_time()
            for _ in range(count // banner.sizes[-1]):
                _, state = engine.draw(banner, state, banner.sizes[-1], words)
            speeds[name].append(count / (process_time() - began))
    for name, rounds in speeds.items():
        kind = "with" if name in WITH else "without"
        size = banners[name].sizes[-1]
        print(f"{kind:8}{name.rpartition('/')[2]:28} in pulls of {size:2}: {median(rounds):10,.0f}")


def by_engine(banner: Banner, count: int) -> Counter[str]:
    words = memoryview(os.urandom(8 * (count + SPARE_WORDS))).cast("Q")
    cards, _ = engine.draw(banner, engine.start(banner), count, iter(words))
    return Counter([card.rarity for card in cards])


def by_tens(banner: Banner, count: int) -> Counter[str]:
    """Ten at a time, as players do: each pays the way into the engine and out again."""
    words = iter(memoryview(os.urandom(8 * (count + SPARE_WORDS))).cast("Q"))
    state = engine.start(banner)
    cards: list[Card] = []
    for _ in range(count // 10):
        ten, state = engine.draw(banner, state, 10, words)
        cards += ten
    return Counter([card.rarity for card in cards])


def by_fused_loop(banner: Banner, count: int) -> Counter[str]:
    """Every state laid out beforehand, one loop over plain lists.

    It leaves out what makes the engine exact and lean: rejected words, words that run out, and
    states that are built only when reached.
    """
    node = laid_out(banner)
    words = memoryview(os.urandom(8 * count)).cast("Q")
    drawn: list[Card] = []
    append = drawn.append
    for word in words:
        cuts, cards, links = node
        index = bisect_right(cuts, word)
        append(cards[index])
        node = links[index]
    return Counter([card.rarity for card in drawn])


@cache
def laid_out(banner: Banner) -> list[Any]:
    """The first state as [cuts, cards, following states], and so on through all of them."""
    start = engine.position(banner, engine.start(banner))
    nodes: dict[engine.Position, list[Any]] = {start: []}
    tables: dict[engine.Row, list[Any]] = {}  # shared by states of one row, for the CPU's caches
    todo = [start]
    for position in todo:
        row = engine.row(banner, position)
        links = []
        for card, _ in row:
            following = engine.after(banner, position, card)
            if following not in nodes:
                nodes[following] = []
                todo.append(following)
            links.append(nodes[following])
        # The last cut is left out, so that a word past it counts for the last card.
        cuts = accumulate(int(probability * engine.WORD) for _, probability in row[:-1])
        table = tables.setdefault(row, [list(cuts), [card for card, _ in row]])
        nodes[position] += [*table, links]
    return nodes[start]


def by_choices(banner: Banner, count: int) -> Counter[str]:
    """The same rules, drawn tier by tier with the standard library's secure `choices`."""
    choices = secrets.SystemRandom().choices
    since = dict.fromkeys((rarity.id for rarity in banner.rarities), 0)
    lost = dict.fromkeys(since, 0)
    schedules = {r.id: [float(rate) for rate in r.schedule] for r in banner.rarities}
    seen: Counter[str] = Counter()
    for _ in range(count):
        left, weights = 1.0, []
        for rarity in banner.rarities[:-1]:
            schedule = schedules[rarity.id]
            rate = min(schedule[min(since[rarity.id], len(schedule) - 1)], left)
            weights.append(rate)
            left -= rate
        tier = choices(banner.rarities, [*weights, left])[0]
        for key in since:
            since[key] += 1
        since[tier.id] = 0
        card = _plain_card(tier, lost, choices)
        seen[card.rarity] += 1
    return seen


def _plain_card(tier: Rarity, lost: dict[str, int], choices: Callable[..., list[Card]]) -> Card:
    pool = list(tier.cards)
    if tier.shares:
        share = tier.shares[0]
        guaranteed = lost[tier.id] >= tier.guarantee
        is_featured = guaranteed or choices([True, False], [share, 1 - share])[0]
        pool = [card for card in pool if card.featured == is_featured]
        lost[tier.id] = 0 if is_featured else lost[tier.id] + 1
    return choices(pool, [card.weight for card in pool])[0]


if __name__ == "__main__":
    main()
