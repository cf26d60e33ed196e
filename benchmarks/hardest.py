"""The hardest banners that the format accepts: what `gacha.odds --json` takes for each.

    PYTHONPATH=layers/gacha/python python -m benchmarks.hardest [--random N] [--seed N] [--copies N]

Every bound of every field, pairs of them, and N random ones (default: 40); with `--copies`, how far
it is to so many of each one's highest rarity, with a budget of a million coins. Each runs in a
process of its own. Exit status 1 if one takes more than 5 s of CPU or 200 MB, or ends in anything
but an answer or a refusal that says what to reduce.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

MOST_SECONDS: Final = 5.0
MOST_MB: Final = 200


def banner(
    rarities: list[dict[str, Any]],
    tables: str = "",
    price: str = "{ one = 160, ten = 1600 }",
) -> str:
    """A banner file; a rarity's `rate` and more are TOML, the last one gets the rest. `weights` are
    those of its cards beside the featured one of a share, of which it has one; without repeats the
    first of them is featured."""
    text = f'id = "hard"\nkind = "hard"\nname = {{ ja = "難", en = "Hard" }}\nprice = {price}\n'
    number = 0
    for index, rarity in enumerate(rarities):
        name = f"r{index}"
        text += f'[[rarity]]\nid = "{name}"\nname = {{ ja = "{name}", en = "{name}" }}\n'
        text += "".join(f"{k} = {value}\n" for k, value in rarity.items() if k != "weights")
        weights = rarity.get("weights", [1])
        stars = [("up", "true", 1)] if "featured" in rarity else []
        first = "true" if "no_repeats" in rarity else "false"
        stars += [
            (f"off{n or ''}", "false" if n else first, weight) for n, weight in enumerate(weights)
        ]
        for star, featured, weight in stars:
            text += (
                f'[[card]]\nid = "{name}-{star}"\nnumber = {number}\nrarity = "{name}"\n'
                f"featured = {featured}\nweight = {weight}\n"
                f'name = {{ ja = "{star}", en = "{star}" }}\n'
            )
            number += 1
    return text + tables


def rarity(rate: str, **more: Any) -> dict[str, Any]:
    return {"rate": f'"{rate}"', **more}


UP: Final = '{ share = "1/2", guarantee = 1 }'
NEVER: Final = '{ share = "1/2", guarantee = 0 }'
TEN: Final = '{ share = "1/2", guarantee = 10 }'
RARE: Final = '{ share = "1/1000", guarantee = 0 }'


def promise(within: int, of: str = "r0.featured", more: str = "", name: str = "p") -> str:
    return f'[[promise]]\nid = "{name}"\nof = ["{of}"]\nwithin = {within}\n{more}\n'


def by_hand() -> Iterator[tuple[str, str]]:
    for rate in ("0.0005", "0.00001", "0.0000000001", "1/16000000", "0"):
        rest = f"{1 - Decimal(rate):f}" if "/" not in rate else "15999999/16000000"
        yield f"rate {rate}", banner([rarity(rate), rarity(rest)])
        yield f"rate {rate}, featured", banner([rarity(rate, featured=NEVER), rarity(rest)])
        yield f"rate {rate}, guarantee 10", banner([rarity(rate, featured=TEN), rarity(rest)])
        for ceiling in (90, 1000):
            for name, featured in (("1", UP), ("10", TEN), ("0", NEVER), ("0 of 1/1000", RARE)):
                yield (
                    f"rate {rate}, ceiling {ceiling}, guarantee {name}",
                    banner([rarity(rate, ceiling=ceiling, featured=featured), rarity(rest)]),
                )
        yield (
            f"rate {rate}, exchange 10,000",
            banner(
                [rarity(rate, ceiling=1000, featured=RARE), rarity(rest)],
                "[exchange]\nprice = 10000\n",
            ),
        )
    for within in (120, 1000):
        for more in ("", "once = true", 'at = "r0"', 'counts = "r0"'):
            for extra in ({}, {"ceiling": 90}, {"ceiling": 1000}):
                yield (
                    f"promise {within} {more} {extra}",
                    banner(
                        [rarity("0.02", featured=NEVER, **extra), rarity("0.1"), rarity("0.88")],
                        promise(within, more=more),
                    ),
                )
                yield (
                    f"promise {within} {more} {extra}, ceiling 10",
                    banner(
                        [
                            rarity("0.02", featured=NEVER, **extra),
                            rarity("0.1", ceiling=10),
                            rarity("0.88"),
                        ],
                        promise(
                            within,
                            of='r0.featured", "r1'
                            if not more.startswith(("at", "counts"))
                            else "r0.featured",
                            more=more,
                        ),
                    ),
                )
    shares = ", ".join(f'"1/{n + 1}"' for n in range(1, 11))
    for ceiling in (90, 500, 1000):
        yield (
            f"ten shares, guarantee 10, ceiling {ceiling}",
            banner(
                [
                    rarity("0.02", ceiling=ceiling, featured=f"{{ share = [{shares}] }}"),
                    rarity("0.98"),
                ]
            ).replace("] }", "], guarantee = 10 }"),
        )
    for name, each in (("equal", [1] * 64), ("six", [*range(1, 6), *[6] * 59])):
        for of in ("r0-off", "r0-off63"):
            yield (
                f"no repeats, 64 cards, {name} weights, {of}",
                banner(
                    [rarity("0.02", no_repeats="true", weights=each), rarity("0.98")],
                    promise(100, of=of, more='at = "r0"'),
                ),
            )
    for sorts, within in ((8, 10), (13, 10), (64, 10), (64, 1000)):
        yield (
            f"no repeats, {sorts} sorts, promise {within}",
            banner(
                [rarity("0.02", no_repeats="true", weights=range(1, sorts + 1)), rarity("0.98")],
                promise(within, of="r0-off", more='at = "r0"'),
            ),
        )
    for count in (2, 3, 15):
        for ceiling in (10, 100, 1000):
            yield (
                f"{count} ceilings of {ceiling}",
                banner(
                    [rarity("0.01", ceiling=ceiling) for _ in range(count)]
                    + [rarity(f"{1 - count / 100:.2f}")]
                ),
            )
            yield (
                f"{count} ceilings near {ceiling} for nothing",
                banner(
                    [rarity("0", ceiling=ceiling - n % 7) for n in range(count)] + [rarity("1")]
                ),
            )
            yield (
                f"{count} ceilings of {ceiling} with a minimum",
                banner(
                    [rarity("0.01", ceiling=ceiling, featured=UP) for _ in range(count)]
                    + [rarity(f"{1 - count / 100:.2f}")],
                    '[ten]\nminimum = [{ of = ["r0", "r1"], count = 1 }]\n',
                ),
            )
    yield (
        "minimum of ten",
        banner(
            [rarity("0.03"), rarity("0.97")], '[ten]\nminimum = [{ of = ["r0"], count = 10 }]\n'
        ),
    )
    yield (
        "ten minima",
        banner(
            [rarity("0.05", featured=NEVER) for _ in range(15)] + [rarity("0.25")],
            "[ten]\n" + "".join(f'[[ten.minimum]]\nof = ["r{n}"]\n' for n in range(10)),
        ),
    )
    yield (
        "ten minima in twenty steps",
        banner(
            [rarity("0.05", featured=NEVER) for _ in range(15)] + [rarity("0.25")],
            "[ten]\n" + "".join(f'[[ten.minimum]]\nof = ["r{n}"]\n' for n in range(10)),
            price=f"{{ one = 160, ten = {list(range(100, 120))} }}",
        ),
    )
    yield (
        "twenty steps, ceiling 1,000",
        banner(
            [rarity("0.003", ceiling=1000, featured=UP), rarity("0.997")],
            '[ten]\nrepeat = "last"\n[[ten.slot]]\nnumber = 10\nsteps = [20]\n'
            'rates = { r0 = "1/2", r1 = "1/2" }\n',
            price=f"{{ one = 160, ten = {list(range(100, 120))} }}",
        ),
    )
    yield (
        "only a slot",
        banner(
            [rarity("0"), rarity("1")],
            '[[ten.slot]]\nnumber = 10\nrates = { r0 = "1" }\n',
        ),
    )
    table = ", ".join(f'[{n}, "{n + 7}/{10007}"]' for n in range(2, 1001))
    yield (
        "a table of 999",
        banner([rarity("7/10007", table=f"[{table}]", featured=NEVER), rarity("10000/10007")]),
    )
    yield (
        "a table of 999, guarantee 10",
        banner(
            [
                rarity("7/10007", table=f"[{table}]", ceiling=1000, featured=TEN),
                rarity("10000/10007"),
            ]
        ),
    )
    eight = "".join(promise(100 * n + 50, more="once = true", name=f"p{n}") for n in range(1, 9))
    yield "eight promises", banner([rarity("0.01", featured=NEVER), rarity("0.99")], eight)
    yield (
        "eight promises for ever",
        banner([rarity("0.01", featured=NEVER), rarity("0.99")], eight.replace("once = true", "")),
    )
    for stocks in ([10000] * 2, [1, 10000], [1000] * 64, [3] * 64, list(range(1, 65)), [1] * 64):
        for weights in (False, True):
            for refill in ("", 'refill_after = ["c0"]\n'):
                text = 'id = "hard"\nkind = "hard"\nname = { ja = "箱", en = "Box" }\n'
                text += f"price = {{ one = 1, ten = 10 }}\n[box]\n{refill}[[rarity]]\n"
                text += 'id = "a"\nname = { ja = "a", en = "a" }\n[[rarity]]\nid = "b"\n'
                text += 'name = { ja = "b", en = "b" }\n'
                for n, stock in enumerate(stocks):
                    text += f'[[card]]\nid = "c{n}"\nnumber = {n}\nrarity = "{"b" if n else "a"}"\n'
                    text += f'stock = {stock}\nname = {{ ja = "c", en = "c" }}\n'
                    text += f"weight = {n + 1}\n" if weights else ""
                yield f"box {stocks[:3]}… {weights} {refill.strip()}", text
    yield from of_more_rules()


def multi(size: int, more: str = "", price: object = 1000) -> str:
    return f"[[multi]]\nsize = {size}\nprice = {price}\n{more}"


def of_more_rules() -> Iterator[tuple[str, str]]:
    """Multi-pulls of any size, limits, counts that luck does not reset, offers, shared boxes."""
    one = "{ one = 160 }"
    twenty = list(range(100, 120))
    whole = "".join(
        f'[[multi.whole]]\nchance = "{chance}"\nrates = {{ r0 = "{rate}", r1 = "{rest}" }}\n'
        for chance, rate, rest in (
            ("1/7", "1/3", "2/3"),
            ("1/11", "1/2", "1/2"),
            ("1/13", "1/5", "4/5"),
            ("1/17", "1", "0"),
        )
    )
    minimum = '[[multi.minimum]]\nof = ["r0"]\ncount = {}\n'
    for ceiling in (20, 90, 1000):
        lone = [rarity("0.01", ceiling=ceiling, featured=UP), rarity("0.99")]
        two = [rarity("0.01", ceiling=ceiling), rarity("0.1", ceiling=10), rarity("0.89")]
        for size in (2, 10, 20):
            frozen = multi(size, "frozen = true\n")
            yield f"{size} frozen, ceiling {ceiling}", banner(lone, frozen, one)
            yield f"{size} frozen, ceilings {ceiling} and 10", banner(two, frozen, one)
            yield (
                f"{size} with four whole tables, ceiling {ceiling}",
                banner(lone, multi(size, whole), one),
            )
            yield (
                f"{size} frozen in 20 steps, with whole tables and a minimum, ceiling {ceiling}",
                banner(
                    lone, multi(size, "frozen = true\n" + whole + minimum.format(1), twenty), one
                ),
            )
    for size in (10, 20):
        yield (
            f"{size} of {size} wanted",
            banner([rarity("0.03"), rarity("0.97")], multi(size, minimum.format(size)), one),
        )
        minima = "".join(f'[[multi.minimum]]\nof = ["r{n}"]\n' for n in range(min(size, 15)))
        yield (
            f"{size} with a minimum of each in 20 steps",
            banner(
                [rarity("0.05", featured=NEVER) for _ in range(15)] + [rarity("0.25")],
                multi(size, minima, twenty),
                one,
            ),
        )
    five = "".join(multi(size, whole + minimum.format(1)) for size in (3, 5, 10, 11, 20))
    for ceiling in (90, 500):
        yield (
            f"five multi-pulls with whole tables, ceiling {ceiling}",
            banner([rarity("0.01", ceiling=ceiling, featured=UP), rarity("0.99")], five, "{}"),
        )
    for limit in ("total = 10000", "total = 300", "per_day = 100", "total = 10000\nper_day = 100"):
        prices = f"prices = {list(range(100))}\n"
        for rate, at in (("0.01", 90), ("0.00001", 1000), ("0.0000001", 0)):
            more: dict[str, Any] = {"featured": NEVER}
            more |= {"ceiling": at} if at else {}
            yield (
                f"limit {limit.replace(chr(10), ', ')}, rate {rate}, ceiling {at or 'none'}",
                banner(
                    [rarity(rate, **more), rarity(f"{1 - Decimal(rate):f}")],
                    f"[limit]\n{limit}\n{prices}",
                ),
            )
    for within in (100, 1000):
        for more_words in ("", 'counts = "r0"', "once = true"):
            for ceilings in ({}, {"ceiling": 90}):
                yield (
                    f"fixed promise {within} {more_words} {ceilings}",
                    banner(
                        [rarity("0.02", featured=TEN, **ceilings), rarity("0.98")],
                        promise(within, more=f"fixed = true\n{more_words}"),
                    ),
                )
    for number, within in ((2, 100), (8, 10), (8, 100)):
        yield (
            f"{number} fixed promises near {within}",
            banner(
                [rarity("0.02"), rarity("0.98")],
                "".join(
                    promise(within + n, of="r0", more="fixed = true", name=f"p{n}")
                    for n in range(number)
                ),
            ),
        )
    for limit in ("", "limit = 100\n"):
        for rate in ("0.01", "0.0000001"):
            offers = "".join(
                f'[[exchange.offer]]\nof = ["{of}"]\nprice = {price}\n{limit}'
                for of, price in (("r0-off", 9999), ("r0-off1", 7), ("r0-up", 10000))
            )
            yield (
                f"three offers {limit.strip()}, rate {rate}",
                banner(
                    [
                        rarity(rate, ceiling=1000, featured=NEVER, weights=[1, 2]),
                        rarity(f"{1 - Decimal(rate):f}"),
                    ],
                    offers,
                ),
            )
    for stocks in ([1000], [1, 999], [15] * 64, list(range(1, 44))):
        text = 'id = "hard"\nkind = "hard"\nname = { ja = "箱", en = "Box" }\nprice = { one = 1 }\n'
        text += "".join(f'[[rarity]]\nid = "{r}"\nname = {{ ja = "a", en = "a" }}\n' for r in "ab")
        for n, stock in enumerate([*stocks, 0][:64]):
            text += f'[[card]]\nid = "c{n}"\nnumber = {n}\nrarity = "{"b" if n else "a"}"\n'
            text += f'stock = {stock}\nname = {{ ja = "c", en = "c" }}\n'
        last = f'last = "c{len(stocks)}"\n' if len(stocks) < 64 else ""
        yield f"box for all {stocks[:3]}…", f"{text}[shared]\nboxes = 100\n{last}"


def at_random(generator: random.Random) -> str:
    """Any fields at or near their bounds."""
    pick = generator.choice
    rarities, left = [], 1000
    for index in range(pick([1, 1, 2, 2, 3, 5, 15])):
        rate = pick([0, 0, 1, 3, 10, left // 20])
        left -= rate
        more: dict[str, Any] = {}
        kind = pick(["", "ceiling", "ramp", "table", "table"])
        at = pick([2, 10, 50, 90, 300, 999])
        if kind == "ramp":
            more["ramp"] = f'{{ from = {at}, step = "{pick(["1", "0.5", "0.06"])}" }}'
            if at == 999:
                more["ceiling"] = 1000
        elif kind == "table":
            more["table"] = f'[[{at}, "{pick(["0", "0.1", "1/999", "1"])}"]]'
        if kind == "ceiling" or (kind == "table" and pick([True, False])):
            more["ceiling"] = pick([1000, at + 1])
        if kind and index and pick([True, False]):
            more["reset_by"] = f'["r{index - 1}"]'
        if pick([True, False]):
            share = pick(["1/2", "1/1000", "999/1000", "0.0000001"])
            more["featured"] = f'{{ share = "{share}", guarantee = {pick([0, 1, 2, 10])} }}'
        rarities.append(rarity(f"{rate}/1000", **more))
    rarities.append(rarity(f"{left}/1000"))
    top = ""
    price = "{ one = 160, ten = 1600 }"
    if pick([True, False]):
        price = f"{{ one = 160, ten = {list(range(100, 100 + pick([2, 5, 20])))} }}"
    if pick([True, False, False]):
        top += f'[exchange]\nprice = {pick([1, 200, 10000])}\nof = ["r0"]\n'
    for number in range(pick([0, 0, 1, 2, 8])):
        more_words = pick(["", "once = true"])
        top += promise(pick([2, 10, 90, 300, 1000]), of="r0", more=more_words, name=f"p{number}")
    if pick([True, False]):
        count = pick([1, 1, 3, 10])
        top += f'[[ten.minimum]]\nof = ["r0"]\ncount = {count}\n'
    if pick([True, False]):
        top += '[[ten.slot]]\nnumber = 10\nrates = { r0 = "1/3", r1 = "2/3" }\n'
    return banner(rarities, top, price=price)


def measure(text: str, asked: Sequence[str] = ()) -> tuple[int, float, float, int, str]:
    """Exit status, seconds, MB, bytes of JSON, and what it said on stderr."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hard.toml")
        path.write_text(text, "utf-8")
        with Path(folder, "out").open("wb") as out:
            child = subprocess.Popen(
                [sys.executable, "-m", "gacha.odds", str(path), "--json", *asked],
                stdout=out,
                stderr=subprocess.PIPE,
            )
            assert child.stderr is not None
            said = child.stderr.read().decode()
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        seconds = usage.ru_utime + usage.ru_stime  # others may keep the machine busy
        size = Path(folder, "out").stat().st_size
    return child.returncode, seconds, usage.ru_maxrss / 1024, size, said.replace(str(path), "")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--random", type=int, default=40, help="default: 40")
    parser.add_argument("--seed", type=int, default=1, help="default: 1")
    parser.add_argument("--copies", type=int, help="how far it is to so many; default: all odds")
    options = parser.parse_args()
    generator = random.Random(options.seed)
    cases = [*by_hand(), *((f"random {n}", at_random(generator)) for n in range(options.random))]
    worst_seconds = worst_mb = 0.0
    failed = answered = 0
    for name, text in cases:
        asked = []
        if options.copies is not None:
            asked = ["--of", "a" if name.startswith("box") else "r0"]
            asked += ["--copies", str(options.copies), "--budget", "1000000"]
        status, seconds, mb, size, said = measure(text, asked)
        is_bad = seconds > MOST_SECONDS or mb > MOST_MB or status not in (0, 2)
        is_bad |= status == 2 and "\n" in said.strip()
        failed += is_bad
        answered += status == 0
        worst_seconds, worst_mb = max(worst_seconds, seconds), max(worst_mb, mb)
        outcome = f"{size / 1e6:.1f} MB of JSON" if status == 0 else said.strip()[:400]
        print(
            f"{'BAD ' if is_bad else ''}{seconds:6.2f} s {mb:6.0f} MB  {name}: {outcome}",
            flush=True,
        )
    print(
        f"{len(cases)} banners, {answered} answered, {failed} bad; "
        f"at most {worst_seconds:.2f} s of CPU, {worst_mb:.0f} MB"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
