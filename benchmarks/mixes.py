"""Random mixes of all rules, drawn by the engine and judged by every verifier.

    PYTHONPATH=layers/gacha/python:. python -m benchmarks.mixes [MIXES] [SEED]

A mix is four banners with any rules that go together, of three ids and two kinds, so that states
carry over between them, and a hundred turns with them. `verify.py`, `verify.html` in Chromium and
the verifier that was written from the documents alone (tests/verifier, in Node) have to replay all
of it; `engine.replay` has to find each state again from the cards alone. Then one receipt of each
mix is given another card, and all three have to refuse that one.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import verify
from gacha import engine
from gacha.banner import Banner, parse
from tests.browser import started
from tests.e2e.test_verify_html import PHONE, Phone, invented, receipts_file, relinked, write
from tests.node import PLACE, installed

MIXES: Final = 500
TURNS: Final = 100


def main(arguments: Sequence[str]) -> int:
    mixes = int(arguments[0]) if arguments else MIXES
    seed = int(arguments[1]) if len(arguments) > 1 else random.randrange(2**32)
    print(f"{mixes} mixes of {TURNS} turns, seed {seed}")
    if not installed("smol-toml"):
        print("the third verifier needs Node: make asl")
        return 2
    rng = random.Random(seed)
    counted, wrong = Counter[str](), 0
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        pairs = [mixed(rng, Path(folder), number, counted) for number in range(mixes)]
        print(f"drawn, and replayed from the cards, in {time.perf_counter() - began:.0f} s:")
        print(", ".join(f"{name} {number:,}" for name, number in sorted(counted.items())))
        paths = [path for pair in pairs for path in pair]
        for name, judge in (("verify.py", by_program), ("verify.html", by_page), ("node", by_node)):
            began = time.perf_counter()
            found = judge(paths)
            refused = [path for path, is_good in found.items() if is_good != (path in dict(pairs))]
            for path in refused[:5]:
                print(f"  {name} is wrong about {path.name}: {path.read_text()[:2000]}")
            wrong += len(refused)
            print(f"{name}: {len(found)} files, {len(refused)} judged wrongly, ", end="")
            print(f"{time.perf_counter() - began:.0f} s")
    return int(wrong > 0)


def mixed(
    rng: random.Random, folder: Path, number: int, counted: Counter[str]
) -> tuple[Path, Path]:
    """A file of one mix, and the same with a card that was not drawn."""
    names = [(rng.choice(["one", "two", "three"]), rng.choice(["a", "b"])) for _ in range(4)]
    held = [invented(rng, *name) for name in names]
    parsed = {toml: parse(toml.encode(), "mix") for toml in held}
    turns = [(toml, rng.choice(sizes(parsed[toml]))) for toml in rng.choices(held, k=TURNS)]
    file = receipts_file(turns, f"{rng.randrange(2**32)}", rng.choice([1, 3_600_000, 30_000_000]))
    by_hash = {of.hash: of for of in parsed.values()}
    receipts = [json.loads(entry["text"]) for entry in file["receipts"]]
    for receipt in receipts:
        of = by_hash[receipt["banner_hash"]]
        if receipt.get("counts", True):
            before = engine.State.from_dict(of, receipt["before"])
            assert engine.replay(of, before, receipt["cards"]).to_dict() == receipt["after"]
        counted["pulls"] += 1
        counted["draws"] += receipt["count"]
    for toml in held:
        counted["banners"] += 1
        counted.update({f"with {word}": 1 for word in WORDS if word in toml})
    good = write(folder / f"good-{number}.json", file)
    at = rng.randrange(len(receipts))
    forged = receipts[at]
    cards = [card.id for card in by_hash[forged["banner_hash"]].cards]
    place = rng.randrange(len(forged["cards"]))
    others = [card for card in cards if card != forged["cards"][place]] or ["nobody"]
    forged["cards"][place] = rng.choice(others)
    bad = write(folder / f"bad-{number}.json", relinked(file, receipts))
    return good, bad


WORDS: Final = (
    *("carry_over = true", "raise_from", "[exchange]", "exchange.", "[ticket]", "[limit]"),
    *("[[promise]]", "fixed", "once", "counts =", "at =", "minimum", "slot", "repeat", "[[multi"),
    *("whole", "frozen", "ramp", "table", "ceiling", "reset_by", "featured = {", "no_repeats"),
    *("[box]", "reset_after", "share = ["),
)


def sizes(of: Banner) -> list[int]:
    """How many draws a pull of this banner may have."""
    return [*([] if of.price_one is None else [1, 1]), *(multi.size for multi in of.multis)]


def by_program(paths: Sequence[Path]) -> Mapping[Path, bool]:
    found = {}
    for path in paths:
        try:
            verify.verify(path.read_bytes())
        except verify.Wrong:
            found[path] = False
        else:
            found[path] = True
    return found


def by_page(paths: Sequence[Path]) -> Mapping[Path, bool]:
    with started() as chromium, chromium.new_context(viewport=PHONE, is_mobile=True) as context:
        phone = Phone(context.new_page())
        phone.load()
        return {path: phone.check(path).state == "good" for path in paths}


def by_node(paths: Sequence[Path]) -> Mapping[Path, bool]:
    asked = "".join(json.dumps([str(path)]) + "\n" for path in paths)
    ran = subprocess.run(
        ["node", PLACE / "verify.mjs", "--batch"],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
    )
    told: list[Any] = [json.loads(line) for line in ran.stdout.splitlines()]
    return {path: each["outcome"] == "verifies" for path, each in zip(paths, told, strict=True)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
