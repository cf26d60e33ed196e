"""What `/gacha luck` costs: a thousand pulls, by the rules of every banner at hand.

    PYTHONPATH=layers/gacha/python python -m benchmarks.luck

Each reckoning starts with nothing known, as a new function does; what counts is CPU time, the
median of ROUNDS. Fails above MOST_MS for Genshin's rules (ceilings, a guarantee) with a minimum of
ten-pulls beside them; the others are shown.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median
from typing import Final

from gacha import engine, luck
from gacha.banner import Banner, parse
from gacha.errors import OddsError
from local import ROOT

ROUNDS: Final = 7
MOST_MS: Final = 50.0
PULLS: Final = [10] * 100
GOT: Final = 17
GENSHIN: Final = ROOT / "tests/banners/genshin.toml"
MINIMUM: Final = '\n[[ten.minimum]]\nof = ["five", "four"]\ncount = 1\n'


def main() -> int:
    rules = parse((GENSHIN.read_text("utf-8") + MINIMUM).encode(), "with a minimum")
    took = measured(rules)
    print(f"ceilings, 50/50 and a minimum: {took:.1f} ms CPU, allowed {MOST_MS:g}")
    for path in sorted(GENSHIN.parent.glob("*.toml")):
        print(f"{path.stem}: {words(path)}")
    return took > MOST_MS


def measured(banner: Banner) -> float:
    cards = frozenset(card.id for card in banner.cards if card.rarity == banner.rarities[0].id)
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        luck.luck(banner, cards, engine.start(banner), PULLS, GOT)
        times.append((time.process_time() - began) * 1000)
    return median(times)


def words(path: Path) -> str:
    try:
        return f"{measured(parse(path.read_bytes(), path.name)):.1f} ms"
    except OddsError:
        return "too many rules to reckon with"


if __name__ == "__main__":
    sys.exit(main())
