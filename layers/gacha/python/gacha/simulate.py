"""Draw many times and compare with the exact odds: `python -m gacha.simulate BANNER.toml`.

Exit status 1 when what was drawn is too unlikely (p ≤ 0.001) or a ceiling did not hold.
"""

from __future__ import annotations

import argparse
import math
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import lcm
from pathlib import Path
from random import Random
from typing import Final

from gacha import chains, command, engine, odds
from gacha.banner import TEN, Banner
from gacha.errors import GachaError, OddsError, listed

SUSPICIOUS: Final = 0.001
LEAST_PULLS: Final = 10_000
_BATCHES: Final = 1000
_SHORTEST_BATCH: Final = 200  # longer than most ceilings, so that batches hardly depend


@dataclass(frozen=True, slots=True)
class Tally:
    """What was seen of one rarity.

    `longest_gap` is the most pulls from one to the next. `broken` counts the pulls at or past the
    ceiling that brought something lower; a higher rarity takes precedence, and the gap goes on.
    """

    observed: int
    expected: float
    chi_squared: float
    p: float
    longest_gap: int
    ceiling: int | None
    broken: int


@dataclass(frozen=True, slots=True)
class Fit:
    """The gaps between two of the highest rarity, against their exact distribution."""

    chi_squared: float
    degrees: int
    p: float


@dataclass(frozen=True, slots=True)
class Simulation:
    """All that was compared. `gaps` is None where gaps depend on more than the rarity's count."""

    pulls: int
    seed: int
    tallies: Mapping[str, Tally]
    gaps: Fit | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing is suspicious and every ceiling held."""
        fits = [tally.p for tally in self.tallies.values()]
        fits += [self.gaps.p] if self.gaps else []
        return min(fits) > SUSPICIOUS and not any(t.broken for t in self.tallies.values())


def simulate(
    banner: Banner,
    pulls: int,
    seed: int,
    count: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> Simulation:
    """Draw `pulls` ≥ 10,000 cards, `count` at once, from words that `seed` decides.

    Pulls of a ramp depend on each other, so a count's spread is not a binomial one: it is taken
    from batches. With residuals r of the batches, chi-squared (one degree) is (Σr)² / Σr².
    """
    rates = odds.shares(banner, count, chains.Work())
    words = map(Random(seed).getrandbits, repeat(64))
    size = max(pulls // _BATCHES, _SHORTEST_BATCH)
    size -= size % lcm(count, TEN)
    watch = _Watch(banner)
    multi = banner.multi(count)
    is_frozen = multi is not None and multi.is_frozen
    residuals: dict[str, list[float]] = {key: [] for key in rates}
    state = engine.start(banner)
    seen: Counter[str] = Counter()
    while watch.pulls < pulls:
        batch = min(size, pulls - watch.pulls)
        before = seen.copy()
        for part in [count] * (batch // count) if count > 1 else _single(banner, batch):
            cards, state = engine.draw(banner, state, part, words)
            drawn = [card.rarity for card in cards]
            seen.update(drawn)
            watch.follow(drawn, is_frozen=is_frozen)
        for key, rate in rates.items():
            residuals[key].append(float(seen[key] - before[key] - rate * batch))
        progress(watch.pulls)
    tallies = {}
    for rarity in banner.rarities:
        residual = residuals[rarity.id]
        spread = sum(value * value for value in residual)
        chi_squared = sum(residual) ** 2 / spread if spread else 0.0
        tallies[rarity.id] = Tally(
            observed=seen[rarity.id],
            expected=float(rates[rarity.id] * watch.pulls),
            chi_squared=chi_squared,
            p=survival(chi_squared, 1),
            longest_gap=max(watch.gaps[rarity.id], default=0),
            ceiling=rarity.ceiling,
            broken=watch.broken[rarity.id],
        )
    return Simulation(watch.pulls, seed, tallies, None if count > 1 else _fit(banner, watch))


def survival(chi_squared: float, degrees: int) -> float:
    """The probability of this chi-squared or more, with `degrees` ≥ 1 of freedom."""
    half = chi_squared / 2
    if not half:
        return 1.0
    total = math.erfc(math.sqrt(half)) if degrees % 2 else 0.0
    for twice in range(degrees % 2, degrees, 2):  # (x/2)^a e^(-x/2) / Γ(a + 1), a = twice/2
        total += math.exp(twice / 2 * math.log(half) - half - math.lgamma(twice / 2 + 1))
    return min(total, 1.0)


def _single(banner: Banner, count: int) -> list[int]:
    """Parts of a batch that are no multi-pulls: the engine takes as many cards for one."""
    return [count] if banner.multi(count) is None else [1] * count


class _Watch:
    """Follows gaps and ceilings from pull to pull."""

    def __init__(self, banner: Banner) -> None:
        self.pulls = 0
        self.gaps: dict[str, Counter[int]] = {rarity.id: Counter() for rarity in banner.rarities}
        self.broken: Counter[str] = Counter()
        self._last = {rarity.id: 0 for rarity in banner.rarities}
        self._counted = dict(self._last)  # where the count of a ceiling began: also at resets
        self._resets: dict[str, list[str]] = {rarity.id: [] for rarity in banner.rarities}
        self._above: dict[str, list[tuple[str, int]]] = {}
        above: list[tuple[str, int]] = []
        for rarity in banner.rarities:
            self._above[rarity.id] = list(above)
            if rarity.ceiling is not None:
                above.append((rarity.id, rarity.ceiling))
                for other in (rarity.id, *rarity.reset_by):
                    self._resets[other].append(rarity.id)

    def follow(self, drawn: Sequence[str], *, is_frozen: bool = False) -> None:
        last, counted = self._last, self._counted
        pull = self.pulls
        begun = (
            dict(counted) if is_frozen else counted
        )  # a ceiling holds as it did at the beginning
        for key in drawn:
            pull += 1
            self.gaps[key][pull - last[key]] += 1
            last[key] = pull
            at = self.pulls + 1 if is_frozen else pull
            for higher, ceiling in self._above[key]:
                if at - begun[higher] >= ceiling:
                    self.broken[higher] += 1
            for reset in self._resets[key]:
                counted[reset] = pull
        self.pulls = pull


def _fit(banner: Banner, watch: _Watch) -> Fit | None:
    """Compare the gaps of the highest rarity, where each begins from the same state."""
    top = banner.rarities[0]
    if banner.promises or banner.box is not None or top.reset_by:
        return None
    chances = odds.first(banner, chains.members(top)).chances
    gaps = watch.gaps[top.id]
    total = sum(gaps.values())
    cells: list[tuple[int, float]] = []
    observed, expected = 0, 0.0
    for gap, chance in enumerate(chances, start=1):
        observed += gaps[gap]
        expected += total * float(chance)
        if expected >= 5:  # cells small enough would make chi-squared a poor approximation
            cells.append((observed, expected))
            observed, expected = 0, 0.0
    rest_observed = total - sum(cell[0] for cell in cells)
    rest_expected = total - sum(cell[1] for cell in cells)
    if cells:
        last = cells.pop()
        cells.append((last[0] + rest_observed, last[1] + rest_expected))
    if len(cells) < 2:
        return None
    chi_squared = sum((seen - mean) ** 2 / mean for seen, mean in cells)
    return Fit(chi_squared, len(cells) - 1, survival(chi_squared, len(cells) - 1))


# --- the command ---------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="gacha.simulate", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("banner", type=Path, metavar="BANNER.toml")
    parser.add_argument(
        "--pulls", type=command.whole_number, default=1_000_000, help="default: 1,000,000"
    )
    parser.add_argument(
        "--seed", type=command.whole_number, help="repeats a simulation; default: a new one"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--ten", action="store_true", help="draw in ten-pulls")
    how.add_argument(
        "--multi", type=command.whole_number, metavar="SIZE", help="draw so many cards at once"
    )
    options = parser.parse_args(arguments)
    if options.pulls < LEAST_PULLS:
        parser.error(f"--pulls {options.pulls}: at least {LEAST_PULLS:,}")
    asked = TEN if options.ten else options.multi
    if asked and options.pulls % asked:
        words = "ten with --ten" if options.ten else f"{asked} with --multi {asked}"
        parser.error(f"--pulls {options.pulls}: a multiple of {words}")
    seed = secrets.randbits(32) if options.seed is None else options.seed
    try:
        banner = command.read(options.banner)
        count = banner.sizes[0] if asked is None else asked
        if count not in banner.sizes:
            sizes = listed(map(str, banner.sizes))
            raise OddsError(f"{banner.id} sells no pulls of {count}; allowed: {sizes}")
        pulls = options.pulls - options.pulls % count
        result = simulate(banner, pulls, seed, count, _Bar(pulls))
    except (GachaError, OSError) as error:
        print(f"gacha.simulate: {command.refusal(error)}", file=sys.stderr)
        return command.BAD_INPUT
    print(to_table(banner, result))
    return 0 if result.is_sound else 1


def to_table(banner: Banner, result: Simulation) -> str:
    """The comparison for reading."""
    lines = [
        f"{banner.name['en']} ({banner.id}), {result.pulls:,} pulls, seed {result.seed}",
        "",
        f"{'':16}{'observed':>12}{'expected':>14}{'χ²':>9}{'p':>9}  longest gap  ceiling",
    ]
    for rarity in banner.rarities:
        tally = result.tallies[rarity.id]
        broken = f"  BROKEN {tally.broken} times" if tally.broken else ""
        lines.append(
            f"{rarity.name['en']:16}{tally.observed:12,}{tally.expected:14,.1f}"
            f"{tally.chi_squared:9.3f}{tally.p:9.4f}{tally.longest_gap:13,}"
            f"{tally.ceiling or '-':>9}{broken}"
        )
    if fit := result.gaps:
        top = banner.rarities[0].name["en"]
        lines.append(
            f"gaps between {top}: χ² {fit.chi_squared:.1f}, {fit.degrees} df, p {fit.p:.4f}"
        )
    lines.append(
        "sound" if result.is_sound else f"SUSPICIOUS: p ≤ {SUSPICIOUS} or a broken ceiling"
    )
    return "\n".join(lines)


class _Bar:
    """A progress bar on stderr, redrawn once a percent."""

    def __init__(self, pulls: int) -> None:
        self._pulls = pulls
        self._began = time.monotonic()
        self._shown = -1

    def __call__(self, done: int) -> None:
        percent = 100 * done // self._pulls
        if percent == self._shown:
            return
        self._shown = percent
        speed = done / max(time.monotonic() - self._began, 1e-9)
        bar = ("#" * (percent // 4)).ljust(25, ".")  # signs of every encoding
        end = "\n" if done >= self._pulls else ""
        line = f"\r{bar} {percent:3} %  {speed / 1e6:.2f} M/s"
        stream = getattr(sys.stderr, "stream", sys.stderr)  # this \r is our own (gacha.terminal)
        print(line, end=end, file=stream, flush=True)


if __name__ == "__main__":
    from gacha import terminal

    sys.exit(terminal.ending(main))
