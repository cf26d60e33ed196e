"""Random mixes of all rules, drawn by the engine and judged by every verifier.

    PYTHONPATH=layers/gacha/python:. python -m benchmarks.mixes [MIXES] [SEED]

A mix is four banners with any rules that go together, of three ids and two kinds, so that states
carry over between them, and a hundred turns with them; and a box that a server shares. `verify.py`,
`verify.html` in Chromium and the verifier that was written from the documents alone
(tests/verifier, in Node) have to replay all of it; `engine.replay` has to find each state again
from the cards alone. Then one receipt of each file is given another card, and all three have to
name that one. Fails, too, where a rule came in no pull: RULES says when one did. Mix n has the seed
SEED + n, so one alone is `python -m benchmarks.mixes 1 SEED+n`.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

import verify
from gacha import engine
from gacha.banner import Banner, Promise, Step, parse
from gacha.errors import BannerError
from scripts.box_vectors import BoxPlay
from tests.browser import started
from tests.e2e.test_verify_html import PAGE, invented, receipts_file, relinked, write
from tests.node import PLACE, installed
from tests.unit.test_shared_box import random_lottery

MIXES: Final = 500
TURNS: Final = 100
BATCH: Final = 20
"""Mixes whose files are asked about at once. To ask the page or Node is dear on a busy machine."""

Judge = Callable[[Sequence[Path]], list[object]]
"""For each file the receipt that it refuses, by its place from 1; None where all of it replays."""


def main(arguments: Sequence[str]) -> int:
    mixes = int(arguments[0]) if arguments else MIXES
    seed = int(arguments[1]) if len(arguments) > 1 else random.randrange(2**32)
    print(f"{mixes} mixes of {TURNS} turns, seed {seed}", flush=True)
    if not installed("smol-toml"):
        print("the third verifier needs Node: make asl")
        return 2
    counted, wrong, took = Counter[str](), Counter[str](), defaultdict[str, float](float)
    files = 0
    with judges() as asked:
        for first in range(0, mixes, BATCH):
            numbers = range(first, min(first + BATCH, mixes))
            with tempfile.TemporaryDirectory() as folder:
                began = time.perf_counter()
                found = dict[Path, int | None]()
                for number in numbers:
                    found |= mixed(random.Random(seed + number), Path(folder), number, counted)
                    found |= shared(random.Random(seed + number), Path(folder), number, counted)
                files += len(found)
                took["drawing"] += time.perf_counter() - began
                for name, judge in asked.items():
                    began = time.perf_counter()
                    for path, said in zip(found, judge([*found]), strict=True):
                        if said != found[path]:
                            wrong[name] += 1
                            print(f"  {name} says {said} of {path.name}, and not {found[path]}")
                    took[name] += time.perf_counter() - began
            print(f"  {numbers.stop} mixes, {wrong.total()} verdicts wrong", flush=True)
    print(", ".join(f"{name} {number:,}" for name, number in sorted(counted.items())))
    print(f"drawn, and replayed from the cards, in {took['drawing']:.0f} s")
    for name in asked:
        print(f"{name}: {files} files, {wrong[name]} judged wrongly, {took[name]:.0f} s")
    never = [name for name in (*RULES, *BESIDE) if not counted[name]]
    print(f"rules that came in no pull: {', '.join(never) or 'none'}")
    return int(wrong.total() > 0 or bool(never))


def mixed(
    rng: random.Random, folder: Path, number: int, counted: Counter[str]
) -> Mapping[Path, int | None]:
    """A file of one mix, and the same with a card that was not drawn, as `forged`."""
    names = [(rng.choice(["one", "two", "three"]), rng.choice(["a", "b"])) for _ in range(4)]
    held = [without_singles(rng, invented(rng, *name)) for name in names]
    parsed = {toml: parse(toml.encode(), "mix") for toml in held}
    turns = [(toml, rng.choice(sizes(parsed[toml]))) for toml in rng.choices(held, k=TURNS)]
    file = receipts_file(turns, f"{rng.randrange(2**32)}", rng.choice([1, 3_600_000, 30_000_000]))
    by_hash = {of.hash: of for of in parsed.values()}
    receipts = [json.loads(entry["text"]) for entry in file["receipts"]]
    counted["refused by a limit"] += TURNS - len(receipts)
    left = dict[str, int]()
    for receipt in receipts:
        of = by_hash[receipt["banner_hash"]]
        counted.update(name for name, came in RULES.items() if came(of, receipt))
        counted["points spent"] += receipt["before"]["points"] < left.get(of.state_key, 0)
        left[of.state_key] = receipt["after"]["points"]
        if receipt.get("counts", True):
            before = engine.State.from_dict(of, receipt["before"])
            assert engine.replay(of, before, receipt["cards"]).to_dict() == receipt["after"]
        counted["pulls"] += 1
        counted["draws"] += receipt["count"]
    counted["banners"] += len(held)
    return forged(rng, folder / f"mix-{number}", file, receipts, by_hash)


def forged(
    rng: random.Random,
    path: Path,
    file: Any,
    receipts: list[Any],
    by_hash: Mapping[str, Banner],
) -> Mapping[Path, int | None]:
    """The file as it is, and with a card that was not drawn, in which receipt."""
    good = write(path.with_suffix(".good.json"), file)
    at = rng.randrange(len(receipts))
    one = receipts[at]
    cards = [card.id for card in by_hash[one["banner_hash"]].cards]
    place = rng.randrange(len(one["cards"]))
    others = [card for card in cards if card != one["cards"][place]] or ["nobody"]
    one["cards"][place] = rng.choice(others)
    return {good: None, write(path.with_suffix(".bad.json"), relinked(file, receipts)): at + 1}


def without_singles(rng: random.Random, toml: str) -> str:
    """The banner, perhaps selling no single pulls, where its other rules go with that."""
    bundled = toml.replace("{ one = 3, ten", "{ ten", 1)
    try:
        parse(bundled.encode(), "mix")
    except BannerError:
        return toml
    return rng.choice([toml, toml, bundled])


def shared(
    rng: random.Random, folder: Path, number: int, counted: Counter[str]
) -> Mapping[Path, int | None]:
    """The file of a box that a server shares, of random stock, buyers, days and restores."""
    play = BoxPlay(random_lottery(rng))
    users = [str(10**18 + n) for n in range(rng.randint(2, 20))]
    for turn in range(TURNS):
        if play.stored is not None and play.stored.number > 1:
            break
        if play.stored is not None and rng.random() < 0.05:
            play.restore()
        play.choose(rng.choice(users), rng.choice(["a", "種", "x" * 90]))
        play.pull(rng.choice(users), rng.randint(1, 10), turn // 5)
    file = play.file()
    receipts = [json.loads(entry["text"]) for entry in file["receipts"]]
    counted["tickets of a shared box"] += sum(each["count"] for each in receipts)
    counted["a last ticket's prize"] += any(each["last"] for each in receipts)
    counted["a shared box restored"] += len(file["epochs"]) > 1
    by_hash = {play.banner.hash: play.banner}
    return forged(rng, folder / f"box-{number}", file, receipts, by_hash)


def due(of: Banner, receipt: Any) -> list[Promise]:
    """The promises that the first card of the pull had to keep."""
    counts = receipt["before"].get("promises", {})
    return [each for each in of.promises if counts[each.id] == each.within - 1]


def step(of: Banner, receipt: Any) -> Step:
    """The rules of the pull; a single one has none."""
    multi = of.multi(receipt["count"])
    return Step(0, (), {}) if multi is None else multi.step(receipt["before"].get("step", 0))


def held_whole(of: Banner, receipt: Any) -> bool:
    """Whether a whole-pack table held for certain: these cards cannot have come without one."""
    multi = of.multi(receipt["count"])
    if multi is None or not multi.wholes or "counts" in receipt:
        return False
    before = engine.State.from_dict(of, receipt["before"])
    return 0 not in engine.possible_wholes(of, before, receipt["cards"])


RULES: Final[Mapping[str, Callable[[Banner, Any], object]]] = {
    "carry_over": lambda of, _: of.carry_over,
    "raise_from": lambda of, _: of.dilutes,
    "limit.total": lambda of, _: of.limit and of.limit.total,
    "limit.per_day": lambda of, _: of.limit and of.limit.per_day,
    "limit.prices": lambda of, one: one["count"] == 1 and one["price"] != of.price_one,
    "ticket.counts": lambda _, one: "counts" in one,
    "fixed": lambda of, one: any(each.fixed for each in due(of, one)),
    "once": lambda _, one: True in one["before"].get("promises", {}).values(),
    "counts": lambda of, one: any(each.counts for each in due(of, one)),
    "at": lambda of, one: any(each.at for each in due(of, one)),
    "another size": lambda _, one: one["count"] not in (1, 10),
    "no single pulls": lambda of, _: of.price_one is None,
    "a later step": lambda of, one: one["before"].get("step", 0) and of.multi(one["count"]),
    "minimum": lambda of, one: step(of, one).minima,
    "slot": lambda of, one: step(of, one).slots,
    "whole": held_whole,
    "frozen": lambda of, one: (multi := of.multi(one["count"])) and multi.is_frozen,
    "ramp, table, ceiling": lambda _, one: any(one["before"].get("since", {}).values()),
    "reset_by": lambda of, _: any(rarity.reset_by for rarity in of.rarities),
    "guarantee": lambda _, one: any(one["before"].get("lost", {}).values()),
    "share = [": lambda _, one: any(one["before"].get("contested", {}).values()),
    "no_repeats": lambda of, one: of.box is None and one["before"].get("drawn"),
    "box": lambda of, one: of.box is not None and one["before"].get("drawn"),
    "reset_after": lambda _, one: "begun" in one,
    "exchange.offer limit": lambda _, one: one["before"].get("exchanged"),
}
"""When a rule came in a pull: for the most part, what of it the state before the pull says."""

BESIDE: Final = (
    *("refused by a limit", "points spent", "tickets of a shared box", "a last ticket's prize"),
    "a shared box restored",
)


def sizes(of: Banner) -> list[int]:
    """How many draws a pull of this banner may have."""
    return [*([] if of.price_one is None else [1, 1]), *(multi.size for multi in of.multis)]


@contextmanager
def judges() -> Iterator[Mapping[str, Judge]]:
    """Every verifier, by its name: one page and one Node for all files."""
    asked = ["node", str(PLACE / "verify.mjs"), "--batch"]
    with (
        started() as chromium,
        chromium.new_context() as context,
        subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node,
    ):
        page = context.new_page()
        page.goto(PAGE.as_uri(), timeout=0)
        yield {
            "verify.py": by_program,
            "verify.html": partial(by_page, page),
            "node": partial(by_node, node),
        }


def by_program(paths: Sequence[Path]) -> list[object]:
    found: list[object] = []
    for path in paths:
        try:
            verify.judged(path.read_bytes())
        except verify.Wrong as wrong:
            place = re.match(r"Receipt (\d+)", str(wrong))
            found.append(int(place[1]) if place else str(wrong))
        else:
            found.append(None)
    return found


def by_page(page: Page, paths: Sequence[Path]) -> list[object]:
    """By the page's own function, without its rests between receipts and without showing anything:
    a wait for what it shows would end, on a busy machine, before it does."""
    found: list[object] = page.evaluate(
        """(texts) => texts.map((text) => {
             const work = verify([{ name: "mix", bytes: utf8(text) }]);
             let step = work.next();
             while (!step.done) step = work.next();
             const { refusal, newer } = step.value;
             if (newer) return "newer";
             return refusal ? refusal.index + 1 || refusal.message : null;
           })""",
        [path.read_text("utf-8") for path in paths],
    )
    return found


def by_node(node: subprocess.Popen[str], paths: Sequence[Path]) -> list[object]:
    assert node.stdin and node.stdout
    found: list[object] = []
    for path in paths:
        print(json.dumps([str(path)]), file=node.stdin, flush=True)
        told = json.loads(node.stdout.readline())
        found.append(None if told["outcome"] == "verifies" else told["place"] or told["message"])
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
