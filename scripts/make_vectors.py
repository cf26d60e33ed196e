"""Writes tests/vectors/: what another verifier of receipts needs in order to test itself.

    python scripts/make_vectors.py

Deterministic: the same code gives the same bytes, and tests/unit/test_verify.py asserts that they
are the committed ones. `tests/vectors/README.md` describes the files.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate, product
from math import lcm
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "layers/gacha/python"))

from gacha import changes, engine, fairness, player, pulling, snowflake
from gacha.banner import Banner, parse
from gacha.days import Clock
from gacha.game import Offer
from gacha.purse import Tickets
from gacha.terminal import ending
from scripts import box_vectors

ROOT: Final = Path(__file__).parents[1]
VECTORS: Final = ROOT / "tests/vectors"
SECRET: Final = b"an example of a secret; a real one is known to nobody"
PLAYER: Final = "1290000000000000009@1290000000000000002"
FIRST_ID: Final = 1_574_629_893_929_968_613

Receipt = dict[str, Any]
Entry = dict[str, str]


# --- banners --------------------------------------------------------------------------------------


def sample(name: str) -> bytes:
    return (ROOT / f"tests/banners/{name}.toml").read_bytes()


STARLIT: Final = (ROOT / "layers/gacha/python/gacha/banners/starlit-atelier.toml").read_bytes()
GENSHIN: Final = sample("genshin")
# Another banner of the kind: other ceilings, no count of ★4s, promises, a slot whose own rate is
# lower than the base rate; and its second version.
SECOND: Final = """# Another banner of the kind of the Genshin sample, with rules of its own.
id = "genshin-character-2"
kind = "character-event"
name = { ja = "祈願・二", en = "Wish two" }
carry_over = true
price = { one = 150, ten = 1450 }

[exchange]
price = 30

[[ten.slot]]
number = 10
rates = { five = "1/100", three = "99/100" }

[[promise]]
id = "one-five"
of = ["five"]
within = 40
once = true

[[promise]]
id = "second-five-featured"
of = ["five-featured-1"]
within = 2
counts = "five"

[[rarity]]
id = "five"
name = { ja = "★5", en = "5★" }
rate = "1/50"
table = [[30, "1/10"], [50, "2/3"]]
ceiling = 60
featured = { share = "1/3", guarantee = 2 }

[[rarity]]
id = "three"
name = { ja = "★3", en = "3★" }
rate = "49/50"

[[card]]
id = "three-1"
number = 0
rarity = "three"
name = { ja = "三の一", en = "Three 1" }
weight = 2

[[card]]
id = "five-other-1"
number = 1
rarity = "five"
name = { ja = "五の一", en = "Five 1" }
weight = 3

[[card]]
id = "five-featured-1"
number = 2
rarity = "five"
name = { ja = "五の二", en = "Five 2" }
featured = true

[[card]]
id = "three-2"
number = 3
rarity = "three"
name = { ja = "三の二", en = "Three 2" }
weight = 5

[[card]]
id = "five-featured-2"
number = 4
rarity = "five"
name = { ja = "五の三", en = "Five 3" }
featured = true
weight = 4
""".encode()
SECOND_LATER: Final = SECOND.replace(b"within = 40", b"within = 25").replace(
    b', [50, "2/3"]]\nceiling = 60', b"]\nceiling = 45"
)
SECOND_NEARER: Final = SECOND.replace(
    b'table = [[30, "1/10"], [50, "2/3"]]\nceiling = 60', b"ceiling = 2"
)

# The Arknights sample with a promise that decides only which card the next ★6 is.
LIMITED: Final = (
    sample("arknights")
    + b"""
[[promise]]
id = "featured-after-150"
of = ["six.featured"]
within = 151
at = "six"
once = true
"""
)

# Two counts that luck does not begin anew: of pulls, and of the cards of a rarity.
STAMPS: Final = (
    sample("arknights")
    + b"""
[[promise]]
id = "every-tenth-pull"
of = ["six", "five"]
within = 10
fixed = true

[[promise]]
id = "every-third-six"
of = ["six.featured"]
within = 3
counts = "six"
fixed = true
"""
)

# Losses that no guarantee decided raise the share. Twice as many ★5 as in the game, so that a short
# file has all of them.
RADIANCE: Final = (
    sample("genshin-radiance").replace(b'"0.006"', b'"0.1"').replace(b'"0.943"', b'"0.849"')
)

# Rules that meet: a count that another rarity's card begins anew, a ramp that a ceiling cuts, a
# table that falls, a last step that stays, a fixed promise that ends, and a minimum beside it.
CROWDED: Final = """id = "crowded"
kind = "example"
name = { ja = "にぎわい", en = "Crowded" }
price = { one = 1, ten = [10, 9, 8] }
exchange = { price = 50, of = ["mid"] }

[ten]
repeat = "last"

[[ten.minimum]]
of = ["top", "mid"]
count = 3

[[ten.slot]]
number = 5
rates = { top = "1/2", low = "1/2" }
steps = [2, 3]

[[promise]]
id = "star-once"
of = ["star"]
within = 6
once = true
fixed = true

[[promise]]
id = "every-third"
of = ["top", "mid"]
within = 3
fixed = true

[[rarity]]
id = "top"
name = { ja = "上", en = "Top" }
rate = "1/10"
ramp = { from = 4, step = "1/10" }
ceiling = 8
reset_by = ["mid"]
featured = { share = "1/3", guarantee = 2 }

[[rarity]]
id = "mid"
name = { ja = "中", en = "Mid" }
rate = "2/10"
table = [[3, "1/2"], [5, "1/20"]]
reset_by = ["top"]

[[rarity]]
id = "low"
name = { ja = "下", en = "Low" }
rate = "7/10"

[[card]]
id = "moon"
number = 0
rarity = "top"
name = { ja = "月", en = "Moon" }
weight = 2

[[card]]
id = "star"
number = 1
rarity = "top"
name = { ja = "星", en = "Star" }
featured = true

[[card]]
id = "cloud"
number = 2
rarity = "mid"
name = { ja = "雲", en = "Cloud" }

[[card]]
id = "stone"
number = 3
rarity = "low"
name = { ja = "石", en = "Stone" }
""".encode()

# Limits for each player: in all, and for a day of the server.
BEGINNERS: Final = (
    sample("departure-warp")
    .replace(b"total = 50", b"total = 20\nprices = [0, 80]")
    .replace(b"within = 50", b"within = 20")
)
DAILY: Final = sample("omikuji").replace(
    b"one = 0, ten = 0 }\n\n[limit]\nper_day = 1",
    b"one = 90, ten = 900 }\n\n[limit]\nper_day = 3\ntotal = 11\nprices = [0, 50]",
)

# Cards that do not come again until all of their rarity have come, but for the one that a promise
# brings at every second ★5.
COLLECTION: Final = SECOND.replace(
    b'featured = { share = "1/3", guarantee = 2 }', b"no_repeats = true"
).replace(b'rate = "49/50"', b'rate = "49/50"\nno_repeats = true')
# Packs of several sizes and no single pulls: a step-up with a minimum, tables for slots and whole
# packs, and one whose rates are those that it begins with.
PACKS: Final = (
    """id = "packs"
kind = "bundles"
name = { ja = "束", en = "Packs" }
carry_over = true

[[multi]]
size = 5
price = [500, 400, 300]
repeat = "last"

[[multi.minimum]]
of = ["gold", "silver"]

[[multi.minimum]]
of = ["gold", "silver"]
steps = [3]

[[multi.slot]]
number = 5
rates = { gold = "1/10", silver = "9/10" }

[[multi.whole]]
chance = "1/7"
rates = { gold = "1/4", silver = "3/4" }

[[multi.whole]]
chance = "0.05"
rates = { gold = "1" }

[[multi]]
size = 11
price = 1000
frozen = true

[[promise]]
id = "one-gold"
of = ["gold"]
within = 30
once = true

[[rarity]]
id = "gold"
name = { ja = "金", en = "Gold" }
rate = "1/50"
ramp = { from = 12, step = "1/20" }
featured = { share = "1/2" }

[[rarity]]
id = "silver"
name = { ja = "銀", en = "Silver" }
rate = "1/5"
ceiling = 8

[[rarity]]
id = "bronze"
name = { ja = "銅", en = "Bronze" }
rate = "39/50"
""".encode()
    + "".join(
        f'\n[[card]]\nid = "{rarity}-{place}"\nnumber = {number}\nrarity = "{rarity}"\n'
        f'name = {{ ja = "{rarity} {place}", en = "{rarity} {place}" }}\n'
        f"featured = {'true' if place == 1 else 'false'}\n"
        for number, (rarity, place) in enumerate(product(("gold", "silver", "bronze"), (1, 2, 3)))
    ).encode()
)

# Eleven for the price of ten, with the two minima of ten-pulls.
ELEVEN: Final = (
    sample("fgo")
    .replace(b"price = { one = 3, ten = 30 }\n", b"price = { one = 3 }\n")
    .replace(b"[[ten.minimum]]", b"[[multi]]\nsize = 11\nprice = 30\n\n[[multi.minimum]]", 1)
    .replace(b"[[ten.minimum]]", b"[[multi.minimum]]")
)

# A step-up of three and two multi-pulls with one price, each with rules of its own; rates that a
# pull begins with, a promise beside them, and tickets that do not count.
BUNDLES: Final = (
    PACKS.replace(b'id = "packs"', b'id = "bundles-of-three"')
    .replace(
        b"""size = 5
price = [500, 400, 300]
repeat = "last"
""",
        b"""size = 3
price = [50, 40, 30]
""",
    )
    .replace(b"number = 5", b"number = 3", 1)
    .replace(
        b"""size = 11
price = 1000
frozen = true
""",
        b"""size = 4
price = 100
frozen = true

[[multi.minimum]]
of = ["gold", "silver"]
count = 2
steps = [1]

[[multi]]
size = 2
price = 45

[[multi.slot]]
number = 2
rates = { silver = "1" }

[[multi]]
size = 6
price = 110
""",
    )
    .replace(b'of = ["gold"]\nwithin = 30\nonce = true', b'of = ["gold"]\nwithin = 5\nfixed = true')
    .replace(b"ceiling = 8", b"ceiling = 4")
    .replace(b"from = 12", b"from = 3")
    .replace(b"carry_over = true\n", b"price = { one = 20 }\n")
    + b"\n[ticket]\ncounts = false\n"
)

# A box with multi-pulls, and with every default written out that a box may have.
CHEST: Final = (
    sample("festival-box")
    .replace(b"[box]", b"[[multi]]\nsize = 3\nprice = 250\nfrozen = false\n\n[ten]\n\n[box]", 1)
    .replace(b"price = {", b'carry_over = false\nraise_from = "last"\npromise = []\nprice = {', 1)
    + b"\n[ticket]\ncounts = true\n"
)
# Cards of unlike weights in a box, and a featured one behind another.
WEIGHED: Final = (
    sample("festival-box")
    + b"""
[[card]]
id = "golden-fan"
number = 9
rarity = "b"
name = { ja = "\xe9\x87\x91\xe3\x81\xae\xe3\x81\x86\xe3\x81\xa1\xe3\x82\x8f", en = "Golden Fan" }
weight = 7
featured = true
stock = 2
"""
)
# Two promises of which card the next one of a rarity is.
NARROWING: Final = (
    LIMITED
    + b"""
[[promise]]
id = "one-of-them"
of = ["six-featured-1"]
within = 200
at = "six"
"""
)
# A slot below a rate that has fallen; and slots where lower rates make room in proportion.
FALLEN: Final = CROWDED.replace(
    b'rates = { top = "1/2", low = "1/2" }',
    b'rates = { top = "1/2", mid = "1/100", low = "49/100" }',
)
ROOM: Final = (
    sample("fire-emblem-heroes")
    + b"""
[[ten.slot]]
number = 3
rates = { five = "0.02", four = "0.18", three = "0.8" }
"""
)
# A box that may be begun anew at any time, and its later version, which never may.
OPEN_BOX: Final = sample("festival-box").replace(
    b'refill_after = ["grand-prize"]', b"reset_after = []"
)
SHUT_BOX: Final = OPEN_BOX.replace(b"reset_after = []", b'refill_after = ["grand-prize"]')

# Points for cards at several prices, of some only so many for a player.
COUNTER: Final = sample("uma-musume").replace(
    b"[exchange]\nprice = 200\n",
    b"""[exchange]
[[exchange.offer]]
of = ["ssr.featured"]
price = 40
limit = 1
[[exchange.offer]]
of = ["r-other-1"]
price = 3
limit = 2
[[exchange.offer]]
of = ["sr"]
price = 10
""",
)

# Pulls that tickets pay count for nothing but the limit.
APART: Final = sample("step-up") + b"[ticket]\ncounts = false\n[limit]\ntotal = 60\n"

# Words are hardly ever rejected. T = 67280421310721 divides 2^64 + 1, so that here it is one in
# 270,000: REJECTED is the first "try n" whose very first word is one.
NARROW: Final = """id = "narrow-gate"
kind = "example"
name = { ja = "せまき門", en = "The Narrow Gate" }
price = { one = 1, ten = 10 }

[[rarity]]
id = "all"
name = { ja = "すべて", en = "All" }
rate = "1"
featured = { share = "1/67280421310721", guarantee = 0 }

[[card]]
id = "needle"
number = 0
rarity = "all"
name = { ja = "針", en = "Needle" }
featured = true

[[card]]
id = "hay"
number = 1
rarity = "all"
name = { ja = "干し草", en = "Hay" }
""".encode()
REJECTED: Final = "try 424496"
# The largest common denominator that there may be.
FINE: Final = NARROW.replace(b"67280421310721", str(2**56 - 1).encode())
DAILY_APART: Final = DAILY + b"\n[ticket]\ncounts = false\n"


# --- play, and its files --------------------------------------------------------------------------


CLOCKS: Final = (Clock("Asia/Tokyo"), Clock("Etc/GMT+12", 6), Clock("Pacific/Kiritimati"))
"""Of all servers, and of those whose days begin last and first of all on earth."""


class Play:
    """A player who pulls, chooses client seeds and rotates; `file` is what they are given. Their
    server's days begin at midnight in Tokyo, if not elsewhere."""

    def __init__(self, player_key: str = PLAYER, secret: bytes = SECRET) -> None:
        self.clock = CLOCKS[0]
        self.secret = secret
        self.banners: dict[str, str] = {}
        self.entries: list[Entry] = []
        self.epochs: list[dict[str, Any]] = []
        guild = player_key.partition("@")[2]
        self.seed = fairness.server_seed(secret, player_key, 0)
        newcomer = player.newcomer(player_key, guild, 0, fairness.commitment(self.seed))
        self.now = replace(newcomer, balance=10**12)
        self.waited = 0  # since the first pull, in interaction ids

    def pull_with_tickets(self, data: bytes, *counts: int) -> None:
        lots = (Tickets(sum(counts), 2**52),)
        self.now = replace(self.now, tickets=(*self.now.tickets, *lots))
        self.pull(data, *counts)
        self.now = replace(self.now, tickets=())

    def wait(self, hours: int) -> None:
        self.waited += hours * 3_600_000 << 22

    def wait_until(self, hour: int, clock: Clock) -> None:
        """A quarter past this hour in UTC, at the server's new clock."""
        self.clock = clock
        now = snowflake.created_ms(str(FIRST_ID + (len(self.entries) << 32) + self.waited))
        self.waited += ((hour * 60 + 15) * 60_000 - now) % 86_400_000 << 22

    def pull(self, data: bytes, *counts: int) -> None:
        """Pull so often. What a limit does not leave, or the banner does not sell, is refused, and
        nothing becomes of it."""
        banner = parse(data, "example.toml")
        self.banners[banner.hash] = data.decode()
        for each in counts:
            interaction_id = str(FIRST_ID + (len(self.entries) << 32) + self.waited)
            offer = Offer(banner.id, banner.hash)
            pulled = pulling.pull(
                *(self.now, banner, offer, each, interaction_id, self.seed),
                *(self.now.client_seed, self.clock),
            )
            if isinstance(pulled, pulling.Refusal):
                assert pulled.sentence.startswith(("limit_", "size_"))
                continue
            text = pulling.canonical(pulled.receipt).decode()
            self.entries.append({"text": text, "hash": pulled.receipt_hash})
            self.now = pulled.after

    def choose(self, client_seed: str) -> None:
        self.now = replace(self.now, client_seed=client_seed)

    def exchange(self, data: bytes, card: str) -> None:
        banner = parse(data, "example.toml")
        self.now = changes.exchange(self.now, banner, Offer(banner.id, banner.hash), card).after

    def reset(self, data: bytes) -> bool:
        """Begin the box anew, if that is allowed."""
        banner = parse(data, "example.toml")
        self.banners[banner.hash] = data.decode()
        try:
            self.now = changes.begin_box(self.now, banner, Offer(banner.id, banner.hash)).after
        except engine.DrawError:
            return False
        return True

    def rotate(self) -> None:
        """Close the epoch: its seed is revealed, and the next one's commitment is known."""
        now = self.now
        self.epochs.append(
            {"epoch": now.epoch, "commitment": now.commitment, "server_seed": self.seed.hex()}
        )
        self.seed = fairness.server_seed(self.secret, now.key, now.epoch + 1)
        following = fairness.commitment(self.seed)
        self.now = replace(now, epoch=now.epoch + 1, nonce=0, commitment=following)

    def file(self, start: int = 0, end: int | None = None) -> Receipt:
        """The receipts from number `start` to before `end`, of closed epochs, with what they
        need."""
        closed = {each["commitment"]: each for each in self.epochs}
        parsed = [json.loads(entry["text"]) for entry in self.entries[start:end]]
        used = [receipt for receipt in parsed if receipt["commitment"] in closed]
        named = ("banner_hash", engine.BEGUN)
        hashes = dict.fromkeys(each[key] for each in used for key in named if key in each)
        return {
            "format": "gacha-receipts-1",
            "user_id": self.now.key,
            "epochs": [closed[key] for key in dict.fromkeys(r["commitment"] for r in used)],
            "banners": {key: self.banners[key] for key in hashes},
            "receipts": self.entries[start : start + len(used)],
        }


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def written(file: Mapping[str, Any]) -> str:
    """A file of receipts as the bot attaches it: one epoch, banner or receipt to a line."""
    parts = []
    for key, value in file.items():
        if isinstance(value, list):
            text = "[\n" + ",\n".join(map(compact, value)) + "\n]" if value else "[]"
        elif isinstance(value, dict):
            pairs = (f"{compact(name)}:{compact(each)}" for name, each in value.items())
            text = "{\n" + ",\n".join(pairs) + "\n}" if value else "{}"
        else:
            text = compact(value)
        parts.append(f"{compact(key)}:{text}")
    return "{" + ",\n".join(parts) + "}\n"


# --- files that verify ----------------------------------------------------------------------------


def good() -> dict[str, tuple[str, Receipt]]:
    """What each file shows, and the file."""
    files: dict[str, tuple[str, Receipt]] = {}

    def add(name: str, about: str, play: Play, start: int = 0) -> None:
        if play.now.nonce:
            play.rotate()
        files[name] = about, play.file(start)

    play = Play()
    play.pull(STARLIT, 1, 1, 10, 1, 10, 10, 1)
    add("starlit", "the banner that ships; single pulls and ten-pulls", play)

    play = Play()
    play.pull(GENSHIN, *[10] * 30, *[1] * 10)
    add("genshin", "a ramp, a table, ceilings, and guarantees after losses", play)
    add("mid-chain", "the last part of genshin.json: begins after the first receipt", play, 22)

    play = Play()
    play.pull(sample("genshin-weapon"), *[10] * 36)
    add("genshin-weapon", "a promise that counts the cards of a rarity (Epitomized Path)", play)

    play = Play()
    play.pull(LIMITED, *[10] * 24)
    add("arknights", "a ramp without a ceiling of its own; a one-off promise with `at`", play)

    play = Play()
    play.pull(STAMPS, *[10] * 24, *[1] * 12)
    add("stamps", "promises whose counts luck does not begin anew (`fixed`)", play)

    play = Play()
    play.pull(RADIANCE, *[10] * 30, *[1] * 10)
    add(
        "radiance", "shares by the losses that no guarantee decided (`featured.share` a list)", play
    )

    play = Play()
    play.pull(CROWDED, *[1] * 40, *[10] * 12, *[1] * 20, 10)
    add("crowded", "rules that meet: resets by others, a falling table, the last step again", play)

    play = Play()
    play.pull(COLLECTION, *[10] * 30, *[1] * 15)
    add("collection", "rarities of which no card comes again until all have (`no_repeats`)", play)

    play = Play()
    lottery = sample("lottery-box")
    for _ in range(2):
        while not play.reset(lottery):
            play.pull(lottery, 10)
    play.pull(lottery, 1)
    add("lottery-box", "a box that is begun anew by choice, twice (`reset_after`)", play)

    play = Play()
    play.pull(sample("fgo"), *[10] * 12, 1, 1, *[10] * 25)
    add("fgo-ten-pulls", "ten-pulls with two minima; a one-off promise within 330", play)

    play = Play()
    uma = sample("uma-musume")
    play.pull(uma, *[10] * 15, *[1] * 5, *[10] * 5)
    play.exchange(uma, "ssr-featured-1")
    play.pull(uma, 10, 1)
    add("exchange", "a slot with rates of its own; 200 points spent between two pulls", play)

    play = Play()
    other_version = STARLIT + b"# another version\n"
    for client_seed, data in (("a", STARLIT), ("b", STARLIT), ("a", other_version), ("a", STARLIT)):
        play.choose(client_seed)
        play.pull(data, 1, 1)
    add("alternating", "a client seed and a banner's version that come back after another", play)

    play = Play()
    play.pull(sample("festival-box"), *[10] * 14, *[1] * 12)
    add("box", "a box that is filled again when its grand prize is out", play)

    play = Play()
    play.pull(CHEST, 3, 1, 10, 3, 3)
    play.pull_with_tickets(CHEST, 3, 1, 10)
    play.pull(CHEST, 3, *[10] * 10)
    add("chest", "multi-pulls from a box, and its defaults written out", play)

    play = Play()
    play.pull(OPEN_BOX, 1, 10)
    assert play.reset(OPEN_BOX)
    play.pull(OPEN_BOX, 10)
    assert play.reset(OPEN_BOX)
    play.pull(SHUT_BOX, 1, 10)
    assert play.reset(OPEN_BOX)
    play.pull(OPEN_BOX, 10, 1)
    about = "a box begun anew at any time: by the version of both receipts, the last, the next"
    add("box-at-any-time", about, play)

    add("box-begun-between", "a box begun anew by a version that no pull was drawn by", between())
    about = "begins with the pull after a box was begun anew by such a version"
    add("box-begun-believed", about, between(), 2)

    play = Play()
    play.pull(SECOND, *[10] * 3, 1, 1, 1)
    play.exchange(SECOND_NEARER, "five-featured-1")
    play.pull(SECOND, 1, 10)
    about = "points spent on a version that no pull was drawn by, and that counts less far"
    add("exchange-between", about, play)

    play = Play()
    play.pull(sample("fire-emblem-heroes"), *[1] * 40, 10)
    add("dilution", "a raised rate that all lower rarities make room for in proportion", play)

    play = Play()
    step_up = sample("step-up")
    play.pull(step_up, 10, 10, 1, 10, 10, 10, 10)
    play.pull(STARLIT, 10)
    play.pull(step_up, 10, 10)
    add("step-up", "ten-pulls with a price and rules for each of five steps", play)

    add("exchange-offers", "points spent at several prices, on some cards only so often", taken())

    add("tickets", "pulls that tickets pay, which count for nothing but the limit", apart())

    play = Play()
    play.pull(BEGINNERS, 1, 10, 1, 1, 1, 1)
    play.pull(BEGINNERS.replace(b"total = 20", b"total = 24"), 10, 1, 10, 1, 1, 1)
    add("limit", "so many draws in all, then four more; single pulls have a price in turn", play)

    add("limit-per-day", "so many draws a day, with the price of each in turn", by_the_day())

    play = Play()
    for tickets in (False, True, True, False, True):
        play.wait(8)
        (play.pull_with_tickets if tickets else play.pull)(DAILY_APART, 1)
    play.rotate()
    add("limit-tickets", "pulls that tickets pay count for the day, too", play)

    play = Play()
    play.choose("e\u0301 and \u00e9")
    marked = b"\xef\xbb\xbf" + STARLIT.replace(b"starlit-atelier", b"starlit-atelier-2")
    for data in (STARLIT, marked, STARLIT, marked):
        play.pull(data, 10, 1)
    about = "two banners of a kind that does not carry over, one with a byte order mark"
    add("same-kind", about, play)

    play = Play()
    play.pull(FINE, 1, 10)
    add("fine", "probabilities over almost 2^56", play)

    add("limit-day-edges", "days that begin last, and first, of all on earth", at_the_edges())
    about = "begins with a pull that was asked for on the day before the one it counts for"
    add("limit-day-believed", about, at_the_edges(), 7)

    play = Play()
    play.pull(PACKS, *[5] * 12, 11, 11, 5, 11, 5, 5)
    add("packs", "packs of 5 in steps, with whole-pack tables, and of 11 with frozen rates", play)

    play = Play()
    play.pull(BUNDLES, 3, 2, 4, 3, 4, 2, 1, 1, 3, 2, 4, 4, 3, 2, 1, 4, 3, *[4] * 20)
    play.pull_with_tickets(BUNDLES, 4, 3, 2, 1, 4, 4, 6, 6, 4)
    play.pull(BUNDLES, 4, 3)
    about = "a step-up beside multi-pulls with one price; frozen rates that tickets pay, too"
    add("bundles", about, play)

    play = Play()
    play.pull(sample("tcg-pocket"), *[5] * 20)
    play.pull(ELEVEN, 11, 1, 11)
    play.pull(sample("fire-emblem-heroes-session"), *[5] * 30)
    add("multi-pulls", "boosters of five without single pulls, eleven for ten, and sessions", play)

    play = Play()
    play.pull(GENSHIN, 10, 10, 1)
    play.pull(SECOND, 10, 10, 1)
    play.pull(sample("genshin-weapon"), 10)
    play.pull(GENSHIN, 10, 1)
    play.pull(SECOND, 10, 1)
    play.pull(SECOND_LATER, 1, 10, 10)
    play.pull(GENSHIN, 10)
    play.pull(SECOND_LATER, 10, 10)
    add("carry-over", "two banners of a kind, one in two versions, and one of another kind", play)

    play = rotated()
    play.rotate()
    play.pull(STARLIT, 1)  # in an open epoch, so in no file yet
    files["rotation"] = (
        "two epochs with pulls and one without between them; client seeds changed mid-epoch",
        play.file(),
    )

    play = Play()
    play.choose(REJECTED)
    play.pull(NARROW, 1, 10)
    add("rejected-word", "the first word is rejected, so cursor 1 decides the first draw", play)

    play = Play()
    play.rotate()
    files["empty"] = "a player who never pulled", play.file()
    return files


def between() -> Play:
    """The play of box-begun-between.json: the box was begun anew before receipts 3 and 4."""
    play = Play()
    play.pull(SHUT_BOX, 1, 10)
    assert play.reset(OPEN_BOX)
    play.pull(SHUT_BOX, 10)
    assert play.reset(OPEN_BOX)
    play.pull(SHUT_BOX, 1, 10)
    return play


def apart() -> Play:
    """The play of tickets.json: receipts 3, 4 and 6 were paid by tickets."""
    play = Play()
    play.pull(APART, 10, 1)
    play.pull_with_tickets(APART, 10, 1)
    play.pull(APART, 10)
    play.pull_with_tickets(APART, 10)
    play.pull(APART, 10, 10, 1, 1, 1, 1, 1, 1, 1, 1)
    play.rotate()
    return play


def taken() -> Play:
    """The play of exchange-offers.json: one card of 40 points, two of 3, one of 10."""
    play = Play()
    play.pull(COUNTER, *[10] * 5, 1)
    play.exchange(COUNTER, "ssr-featured-1")
    play.exchange(COUNTER, "r-other-1")
    play.pull(COUNTER, 1, 1)
    play.exchange(COUNTER, "r-other-1")
    play.pull(COUNTER, 10)
    play.exchange(COUNTER, "sr-other-1")
    play.pull(COUNTER, 1)
    play.rotate()
    return play


def by_the_day() -> Play:
    """The play of limit-per-day.json: three pulls in a day, of which the first is free."""
    play = Play()
    for hours in (0, 1, 23, 72):
        play.wait(hours)
        play.pull(DAILY, 1, 1, 1, 1)
    play.rotate()
    return play


def at_the_edges() -> Play:
    """The play of limit-day-edges.json. The latest day of all is that of a server twelve hours
    behind UTC whose days begin at 6, the first one that of a server fourteen hours ahead."""
    play = Play()
    play.wait_until(17, CLOCKS[1])
    play.pull(DAILY, 1, 1)
    play.wait_until(18, CLOCKS[1])
    play.pull(DAILY, 1)
    play.wait_until(9, CLOCKS[2])
    play.pull(DAILY, 1, 1)
    play.wait_until(10, CLOCKS[2])
    play.pull(DAILY, 1)
    play.wait(48)
    play.pull(DAILY, 1)
    play.wait(-1)  # asked for before midnight, and drawn after it
    play.pull(DAILY, 1)
    play.rotate()
    return play


def rotated() -> Play:
    """The play of rotation.json, before it closes its last epoch."""
    play = Play()
    play.pull(STARLIT, 1, 10)
    play.choose('星あかり|2|0 🌠 "\\')
    play.pull(STARLIT, 10, 1)
    play.rotate()
    play.rotate()
    play.pull(STARLIT, 10, 1)
    play.choose("")
    play.pull(STARLIT, 1)
    return play


# --- files that do not ----------------------------------------------------------------------------


def forged(entries: Sequence[Entry], place: int, edit: Callable[[Receipt], None]) -> list[Entry]:
    """What a dishonest operator could hand out: one receipt changed, and every hash made anew."""
    made: list[Entry] = []
    for number, entry in enumerate(entries, 1):
        receipt = json.loads(entry["text"])
        if number > place:
            receipt["previous"] = made[-1]["hash"]
        if number == place:
            edit(receipt)
        made.append(sealed(pulling.canonical(receipt).decode()))
    return made


def sealed(text: str) -> Entry:
    return {"text": text, "hash": hashlib.sha256(text.encode()).hexdigest()}


def bad(base: Receipt) -> dict[str, tuple[str, int | None, str]]:
    """What is wrong with each file, the place of the first receipt that does not verify (None if
    the file as a whole cannot be read), and the file's text."""
    files: dict[str, tuple[str, int | None, str]] = {}
    entries: list[Entry] = base["receipts"]
    seeds: list[dict[str, Any]] = base["epochs"]
    key, banner_text = next(iter(base["banners"].items()))

    def add(name: str, about: str, place: int | None, **fields: Any) -> None:
        files[name] = about, place, written({**base, **fields})

    def forge(name: str, about: str, place: int, **changes: Any) -> None:
        """Change fields of one receipt; a value may be a function of the old one."""

        def edit(receipt: Receipt) -> None:
            for field, value in changes.items():
                receipt[field] = value(receipt[field]) if callable(value) else value

        add(name, f"all hashes made anew: {about}", place, receipts=forged(entries, place, edit))

    def retold(name: str, about: str, place: int, text: str) -> None:
        """Put other text in a receipt's place, with the hash of that text."""
        changed = [*entries[: place - 1], sealed(text), *entries[place:]]
        add(name, about, place, receipts=changed)

    def raw(name: str, about: str, place: int | None, old: str, new: str) -> None:
        text = written(base)
        assert old in text
        files[name] = about, place, text.replace(old, new, 1)

    # The receipts of rotation.json: 1 (1), 2 (10) | other client seed 3 (10), 4 (1) | epoch 2:
    # 5 (10), 6 (1) | other client seed 7 (1).
    other = "goblin-not-in-the-file"
    forge("card-swapped", "a card that was not drawn", 3, cards=lambda c: [*c[:9], c[0]])
    forge("card-unknown", "a card the banner does not have", 1, cards=[other])
    forge("card-missing", "nine cards in a ten-pull", 2, cards=lambda c: c[:9])
    forge("count-true", "true in place of the number 1", 1, count=True)
    forge("count-nine", "a pull of nine", 2, count=9, cards=lambda c: c[:9])
    forge("pity-lost", "a count before the pull that is lower", 3, before=fewer)
    forge("pity-kept-back", "a count after the pull that is lower", 3, after=fewer)
    forge("points-from-nowhere", "more points before the pull", 4, before=richer, after=richer)
    about = "more points before the pull, and all that follows by them"
    receipts = entries
    for place in range(4, len(entries) + 1):
        receipts = forged(
            receipts,
            place,
            lambda one: one.update({k: richer(one[k]) for k in ("before", "after")}),
        )
    add("points-risen", f"all hashes made anew: {about}", 4, receipts=receipts)
    forge("state-with-true", "true in place of the count 1", 2, before=truthful)
    forge("price-higher", "a price that is not the banner's", 2, price=1601)
    forge("price-float", "a price that is no integer", 2, price=1600.0)
    forge("nonce-skipped", "a draw left out", 4, nonce=lambda n: n + 1)
    forge("nonce-at-start", "an epoch that does not begin with nonce 0", 5, nonce=1)
    forge("client-seed-other", "a client seed the words do not come from", 2, client_seed="mine")
    forge("banner-id-other", "the id of another banner", 1, banner="starlit")
    forge("banner-unknown", "a banner hash the file has no text for", 4, banner_hash="0" * 64)
    forge("user-other", "another player's receipt", 6, user_id="1@2")
    forge("epoch-unknown", "an epoch the file has no seed for", 5, epoch=3)
    forge("commitment-other", "a commitment that is not the epoch's", 5, commitment="0" * 64)
    forge("version-0", "a receipt of a version that never was", 1, v=0)
    forge("previous-forgotten", "a receipt that claims to be the first", 5, previous="")

    one = entries[1]["text"]
    retold("space", "a space in the canonical text", 2, one.replace(",", ", ", 1))
    retold("escape", "an escape that JSON does not demand", 2, one.replace("c", "\\u0063", 1))
    turned = dict(reversed(json.loads(one).items()))
    retold("key-order", "the keys in another order", 2, compact(turned))
    retold("key-twice", "a key named twice", 2, '{"v":1,' + one[1:])
    retold("no-object", "a receipt that is a list", 2, "[1]")
    retold("no-json", "a receipt whose text is no JSON", 2, one[:-1])
    retold("nan", "a number that JSON does not have", 2, one.replace('"nonce":1', '"nonce":NaN'))
    retold("deep", "a receipt of ten thousand brackets", 2, "[" * 10_000)
    retold("not-relinked", "a changed receipt that only has its own hash made anew", 2, one + " ")

    play = rotated()
    first = play.epochs[0]
    play.seed = bytes.fromhex(first["server_seed"])
    play.now = replace(play.now, epoch=0, commitment=first["commitment"])
    play.pull(STARLIT, 1)
    add("epoch-back", "a draw from a seed that was revealed before", 8, receipts=play.entries)
    play = rotated()
    play.seed = bytes.fromhex(first["server_seed"])
    play.now = replace(play.now, epoch=0, commitment=first["commitment"], nonce=0)
    play.pull(STARLIT, 1)
    add("epoch-falls", "an epoch that begins once more", 8, receipts=play.entries)
    later = entries[2:]
    add(
        "first-later",
        "a first receipt that begins with a later draw",
        1,
        receipts=forged([later[0], *later[1:]], 1, lambda receipt: receipt.update(previous="")),
    )
    for name, about, edit in (
        ("uncounted", "a count that the banner does not have", {"r": 1}),
        ("too-far", "a count beyond its end", {"ssr": 90}),
    ):
        believed = partial(_with_counts, more=edit)
        add(
            f"believed-{name}",
            f"begins mid-chain with {about}",
            1,
            receipts=forged(later, 1, believed),
        )

    add("dropped", "a receipt left out", 3, receipts=[*entries[:2], *entries[3:]])
    two, three = entries[1:3]
    add("swapped", "two receipts swapped", 2, receipts=[entries[0], three, two, *entries[3:]])
    add("doubled", "a receipt twice", 3, receipts=[*entries[:2], *entries[1:]])
    changed = [*entries[:3], {**entries[3], "hash": "0" * 64}, *entries[4:]]
    add("hash-other", "a hash that is not the text's", 4, receipts=changed)
    changed = [*entries[:3], {"text": entries[3]["text"]}, *entries[4:]]
    add("hash-missing", "no hash", 4, receipts=changed)
    add("receipt-null", "null in place of a receipt", 3, receipts=[*entries[:2], None])

    wrong = [seeds[0], {**seeds[1], "server_seed": seeds[0]["server_seed"]}]
    add("seed-other", "a seed that is not the one committed to", 5, epochs=wrong)
    wrong = [{**seeds[0], "server_seed": "zz" * 32}, seeds[1]]
    add("seed-no-hex", "a seed that is not hexadecimal", 1, epochs=wrong)
    wrong = [*seeds, {"epoch": 7, "commitment": "0" * 64, "server_seed": "0" * 64}]
    add(
        "seed-unneeded", "a seed of no receipt that is not the one committed to", None, epochs=wrong
    )
    texts = {**base["banners"], "0" * 64: "x"}
    add("banner-unneeded", "a banner of no receipt that its hash does not fit", None, banners=texts)
    add("epoch-missing", "no seed for the second epoch", 5, epochs=seeds[:1])
    add("epoch-twice", "the same epoch listed twice", None, epochs=[*seeds, seeds[0]])
    add("banner-text-other", "a banner text that its hash does not fit", 1, banners={key: "x"})
    add("banner-number", "a number in place of a banner text", 1, banners={key: 1})
    about, whole = "half of a character pair in a banner text", compact(banner_text)
    raw("banner-half", about, None, whole, f'{whole[:-1]}\\ud83c"')
    add("banner-missing", "no banner text", 1, banners={})
    add("user-of-no-form", "a file whose player has no id's form", 1, user_id="x")
    number = [{**seeds[0], "server_seed": 0}, seeds[1]]
    add("seed-number", "a number in place of a seed", None, epochs=number)
    for name, about, other_text in strange_banners(banner_text):
        add(name, about, 1, **with_first_from(base, other_text))
    add("file-extra", "a field of the file unknown", None, note="")
    add(
        "epoch-extra",
        "a field of an epoch unknown",
        None,
        epochs=[{**seeds[0], "note": ""}, seeds[1]],
    )
    extra = [entries[0], {**entries[1], "note": ""}, *entries[2:]]
    add("receipt-extra", "a field beside a receipt's text unknown", 2, receipts=extra)
    play = Play()
    play.choose("a" * 65_536)
    play.pull(STARLIT, 1)
    play.rotate()
    add("receipt-long", "a receipt of more than 65,536 bytes", 1, **play.file())
    zero = forged(entries, 2, lambda receipt: receipt.update(interaction_id="01"))
    add("receipt-number-zero", "a receipt number that begins with 0", 2, receipts=zero)
    add("user-of-file", "a file that says it is another player's", 1, user_id="1@2")

    second = compact(entries[1])
    raw("line-broken", "a line that is no JSON", 2, second, second.replace('","', '" "', 1))
    raw("line-without-comma", "no comma after a line", 2, second + ",", second)
    raw("line-cut", "the end of a line missing", 2, second, second[:-1])
    last = compact(entries[-1])
    raw("line-head", "the first sign of a line missing", 2, second, second[1:])
    raw("lines-heads", "a broken line that has neither end of one", None, second, second[1:-1])
    raw("line-last-comma", "a comma after the last line", None, last, last + ",")
    raw("line-stray", "a line that is no receipt's", None, second, "x\n" + second)
    raw("lines-end", "the end of the file missing after a line", None, "\n]}", "")
    raw("lines-unopened", "no bracket before the lines", None, '"receipts":[', '"receipts":')
    of_line = files["line-broken"][2].replace("{", "{,", 1)
    files["line-broken-too"] = "a fault before the lines, and one in a line", 2, of_line
    of_line = files["line-without-comma"][2].replace(last, last[:-1])
    about = "no comma after a line, and a later line that is broken"
    files["line-without-comma-first"] = about, 2, of_line
    raw("surrogate", "half of a character pair", 2, second, second.replace("starlit", "\\ud83c", 1))
    raw(
        "levels",
        "thirteen levels of brackets",
        None,
        '"banners":{',
        f'"banners":{{"a":{"[" * 11}{"]" * 11},',
    )
    raw("number-large", "a number of 2^53", None, '"epoch":0', f'"epoch":{2**53}')
    raw("mark", "a byte order mark before the file", None, "{", "\ufeff{")
    raw("format-0", "a file of a format that never was", None, "receipts-1", "receipts-0")
    raw(
        "format-02",
        "a later format with a zero before its number",
        None,
        "receipts-1",
        "receipts-02",
    )
    for name, format_ in (
        ("kind-0", "gacha-trade-0"),
        ("kind-02", "gacha-trade-02"),
        ("kind-alone", "gacha-trade"),
        ("kind-in-capitals", "gacha-Trade-1"),
        ("kind-long", f"gacha-{'a' * 41}-1"),
        ("kind-version-long", "gacha-trade-1000000000"),
        ("kind-of-others", "trade-1"),
    ):
        about = "a format that names no kind and version"
        raw(name, about, None, "gacha-receipts-1", format_)
    raw("format-twice", "a key of the file named twice", None, "{", '{"format":"gacha-receipts-1",')
    raw("not-json", "no JSON at all", None, "{", "")
    play = Play()
    play.pull(FINE, 1)
    play.rotate()
    finer = FINE.replace(str(2**56 - 1).encode(), str(2**56).encode()).decode()
    about = "probabilities over 2^56, and all else right"
    files["banner-finer"] = (
        about,
        1,
        written({**play.file(), **with_first_from(play.file(), finer)}),
    )
    files["too-many"] = (
        "a file of 1,001 receipts",
        None,
        written({**base, "receipts": [{"text": "", "hash": ""}] * 1001}),
    )
    return files


# --- odd forms of JSON ----------------------------------------------------------------------------
# Readers differ in what they take, and in what they make of it. So of each form there is a file.

NUMBERS: Final = {
    "point": ("a zero behind a point", "0.0"),
    "exponent": ("an exponent", "0e0"),
    "exponent-large": ("a number beyond all doubles", "1e400"),
    "zeros": ("a zero before another", "00"),
    "plus": ("a plus", "+0"),
    "bare-point": ("no digit before the point", ".0"),
    "hexadecimal": ("hexadecimal digits", "0x0"),
    "digits": ("a number of 400 digits", "1" * 400),
    "least": ("-2^53", f"-{2**53}"),
    "infinity": ("a number that JSON does not have", "-Infinity"),
}


def formed(base: Receipt) -> dict[str, tuple[str, int | None, str]]:
    """As `bad`: forms that no file and no receipt has."""
    files: dict[str, tuple[str, int | None, str]] = {}
    entries, text = base["receipts"], written(base)
    first = entries[0]["text"]

    def add(name: str, about: str, old: str, new: str) -> None:
        assert old in text
        files[f"form-{name}"] = about, None, text.replace(old, new, 1)

    def retold(name: str, about: str, old: str, new: str) -> None:
        assert old in first
        told = sealed(first.replace(old, new, 1))
        files[f"text-{name}"] = about, 1, written({**base, "receipts": [told, *entries[1:]]})

    about = "one receipt over many lines, of which one is broken"
    over_lines = json.dumps(base, ensure_ascii=False, indent="\t")
    broken = over_lines.replace('points\\":1', 'points\\":"1', 1)
    assert broken != over_lines
    files["form-lines"] = about, None, broken
    about = "all in one line, and broken"
    files["form-one-line"] = about, None, compact(base).replace('points\\":1', 'points\\":"1', 1)
    for name, (about, number) in NUMBERS.items():
        add(name, f"{about} in the file", '"epoch":0', f'"epoch":{number}')
        retold(name, f"{about} in a receipt", '"nonce":0', f'"nonce":{number}')
    retold("minus-zero", "-0, which is no form of canonical text", '"nonce":0', '"nonce":-0')
    retold("false", "false in the place of 0", '"nonce":0', '"nonce":false')
    add("false", "false in the place of 0", '"epoch":0', '"epoch":false')
    add("in-quotes", "a number that is a text", '"epoch":0', '"epoch":"0"')
    about = "a key twice, once with an escape"
    add("key-twice", f"{about}, in an epoch", '"epoch":0', '"epoch":0,"\\u0065poch":0')
    retold("key-twice", about, '"v":1', '"v":1,"\\u0076":1')
    add("key-of-another", "a file whose key no verifier may use", "{", '{"__proto__":{},')
    add("half", "half of a pair in a key", "{", '{"\\udc00":0,')
    add("halves", "the halves of a pair in the wrong order", "{", '{"\\udc00\\ud800":0,')
    seed = f'"client_seed":"{PLAYER}"'
    for name, about, written_ in (
        ("half", "half of a pair in a text", "\\ud800"),
        ("halves", "the halves of a pair in the wrong order", "\\udc00\\ud800"),
        ("solidus", "an escape that JSON does not demand", "\\/"),
        ("capitals", "an escape with capital digits", "\\u001F"),
        ("long-escape", "an escape that has a shorter form", "\\u000a"),
        ("control", "a control character without escape", "\x1f"),
        ("no-escape", "an escape that JSON does not have", "\\x41"),
    ):
        retold(name, about, seed, f'"client_seed":"{written_}"')
    add("control", "a control character without escape", '"user_id":"', '"user_id":"\t')
    add("comment", "a comment", "{", "{/**/")
    add("quotes", "single quotes", '"format"', "'format'")
    add("comma", "a comma after the last one", '\n],\n"banners"', ',\n],\n"banners"')
    add("comma-only", "a comma before the first one", '"epochs":[', '"epochs":[,')
    for name, what, sign in (
        ("object", "another object", "{}"),
        ("nothing", "a zero byte", "\0"),
        ("no-break", "a space that is none in JSON", "\u00a0"),
        ("feed", "a form feed", "\f"),
    ):
        files[f"form-{name}-after"] = f"{what} after the file", None, text + sign
        retold(f"{name}-after", f"{what} after a receipt", first, first + sign)
        if name != "object":
            files[f"form-{name}-before"] = f"{what} before the file", None, sign + text
    retold("mark", "a byte order mark before a receipt", first, f"\ufeff{first}")
    retold("line-after", "a new line after a receipt", first, f"{first}\n")
    files["form-list"] = "a list of a file", None, f"[{text}]"
    files["form-null"] = "a file that is null", None, text.partition("{")[0] + "null"
    fields = {"\U00010000": 1, "\ue000": 1, **json.loads(first)}
    told = sealed(pulling.canonical(fields).decode().replace('"\U00010000":1,', "", 1))
    assert '"\ue000":1' in told["text"]
    astral = told["text"].replace('"\ue000":1', '"\U00010000":1,"\ue000":1')
    about = "unknown fields in the order of UTF-16, which is not that of code points"
    retold("order", about, first, astral)
    deep = pulling.canonical({**json.loads(first), "deep": nested(12)}).decode()
    retold("levels", "thirteen levels in an unknown field", first, deep)
    return files


def nested(levels: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(levels - 1):
        made = [made]
    return made


def well_formed(base: Receipt) -> dict[str, tuple[str, str]]:
    """As `good`: forms that JSON has, and so a file may have."""
    text = written(base)
    spaced = json.dumps(base, ensure_ascii=False, indent="\t").replace("\n", " \r\n")
    escaped = re.sub(
        r'(?<=[a-z0-9_-])[a-z](?=[a-z0-9_-]*":)', lambda found: f"\\u{ord(found[0]):04X}", text
    )
    turned = dict(reversed(base.items()))
    return {
        "form-spaces": ("spaces, tabs and line ends of two signs around all", spaced),
        "form-escapes": (
            "escapes that JSON does not demand",
            json.dumps(base, ensure_ascii=True).replace("/", "\\/"),
        ),
        "form-escaped-keys": ("escapes in keys", escaped),
        "form-minus-zero": ("-0, which is 0", text.replace('"epoch":0', '"epoch":-0', 1)),
        "form-order": ("the fields in another order", written(turned)),
    }


def with_first_from(base: Receipt, text: str) -> Receipt:
    """The banners and receipts of the file, the first receipt being of the banner of this text."""
    key = hashlib.sha256(text.encode()).hexdigest()
    renamed = forged(base["receipts"], 1, partial(dict.update, banner_hash=key))
    return {"banners": {**base["banners"], key: text}, "receipts": renamed}


# Fields that no version of the format will have.
UNKNOWN: Final[Mapping[str, Callable[[str], str]]] = {
    "at its top": lambda text: f"sparkle = 3\n{text}",
    "in a table": lambda text: text.replace('id = "ssr"', 'sparkle = "1"\nid = "ssr"', 1),
    "that is a table": lambda text: f"{text}\n[[sparkle]]\nof = [1.5, 07:32:00]\n",
}


UNKNOWN_FIELDS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "prototype": ("a field that objects of JavaScript have", {"__proto__": {}}),
    "methods": ("more of them", {"constructor": 1, "hasOwnProperty": 1, "toString": 1}),
    "empty": ("a field whose name is empty", {"": 1}),
    "order": ("unknown fields in the order of code points", {"\ue000": 1, "\U00010000": 1}),
    "not-normal": ("two fields that are one when normalized", {"\u00e9": 1, "e\u0301": 1}),
    "levels": ("twelve levels in an unknown field", {"deep": nested(11)}),
}


def newer(base: Receipt) -> dict[str, tuple[str, int | None, str]]:
    """As `bad`, of files in which something is newer than any verifier."""
    files: dict[str, tuple[str, int | None, str]] = {}
    entries: list[Entry] = base["receipts"]
    text = next(iter(base["banners"].values()))

    def add(name: str, about: str, place: int | None, **fields: Any) -> None:
        files[name] = about, place, written({**base, **fields})

    def forge(name: str, about: str, place: int, **changes: Any) -> None:
        add(name, about, place, receipts=forged(entries, place, partial(dict.update, **changes)))

    later = {**base, "format": "gacha-receipts-99", "boxes": [1]}
    files["format"] = "a file of a later format", None, written(later)
    trades = [{"at": 1, "of": ["comet", "mint-ribbon"]}]
    kind = {"format": "gacha-trade-1", "server": "1290000000000000002", "trades": trades}
    files["kind"] = "a file of a kind that this version does not know", None, written(kind)
    longest = f"gacha-{'season-pass-' * 3}-pas-{10**9 - 1}"
    files["kind-long"] = "the same, with a long name", None, written({**base, "format": longest})
    forge("version", "a receipt of a later version", 1, v=99)
    three = text.replace('en = "', 'fr = "x", en = "', 1)
    add("banner-name", "a name in a third language", 1, **with_first_from(base, three))
    below = f'{text}\nraise_from = "all"\n'
    about = "a field of the top in the last card's table, where it is no field that cards have"
    add("banner-below", about, 1, **with_first_from(base, below))
    forge("version-2", "a receipt of a box's version among a player's", 1, v=2)
    forge("version-in-between", "a receipt of a later version among others", 3, v=99, nonce="none")
    forge("field", "a field that receipts do not have", 2, luck=7)
    about = "a pull of a size that no rule of this version has"
    forge("field-and-count", about, 7, luck=7, count=7)
    for number, (where, edit) in enumerate(UNKNOWN.items(), 1):
        fields = with_first_from(base, edit(text))
        add(f"banner-{number}", f"a banner with an unknown field {where}", 1, **fields)
    for name, (about, unknown) in UNKNOWN_FIELDS.items():
        receipts = forged(entries, 1, partial(_with, more=unknown))
        add(f"field-{name}", about, 1, receipts=receipts)
    broken = UNKNOWN["at its top"](text.replace("one = ", "two = ").replace("rate =", "ratio ="))
    about = "a banner whose other fields are read in another way, too"
    add("banner-read-otherwise", about, 1, **with_first_from(base, broken))
    return files


def _with(receipt: Receipt, more: Mapping[str, Any]) -> None:
    receipt.update(more)


def hidden(base: Receipt) -> dict[str, tuple[str, int | None, str]]:
    """As `bad`: what stays false beside something that is newer than any verifier."""
    files: dict[str, tuple[str, int | None, str]] = {}
    entries: list[Entry] = base["receipts"]
    fields = with_first_from(base, UNKNOWN["at its top"](next(iter(base["banners"].values()))))

    def add(name: str, about: str, place: int | None, **changes: Any) -> None:
        files[f"beside-newer-{name}"] = about, place, written({**base, **changes})

    def forge(name: str, about: str, place: int, **changes: Any) -> None:
        receipts = forged(fields["receipts"], place, partial(dict.update, **changes))
        add(
            name,
            f"in receipt 1 of a newer banner, {about}",
            place,
            **{**fields, "receipts": receipts},
        )

    forge("nonce", "a draw left out", 1, nonce=1)
    forge("count", "no draw", 1, count=0)
    forge("user", "another player", 1, user_id="1@2")
    forge("commitment", "another commitment", 1, commitment="0" * 64)
    forge("later-cards", "and in receipt 5 a card that was not drawn", 5, cards=["comet"] * 10)
    forge("later-nonce", "and in receipt 2 a draw left out", 2, nonce=2)
    forge("later-price", "and in receipt 3 a price that is not the banner's", 3, price=1)
    one = json.loads(entries[0]["text"])
    spaced = sealed(json.dumps({**one, "luck": 7}, sort_keys=True))
    add("space", "a receipt with an unknown field that is not canonical", 1, receipts=[spaced])
    lacking = {key: value for key, value in one.items() if key != "price"}
    fewer_fields = sealed(pulling.canonical({**lacking, "luck": 7}).decode())
    add("field-instead", "an unknown field in the place of another", 1, receipts=[fewer_fields])
    unlinked = {**json.loads(entries[2]["text"]), "v": 99}
    receipts = [*entries[:2], sealed(pulling.canonical(unlinked).decode()), *entries[3:]]
    add("link", "a receipt of a later version that the next does not name", 4, receipts=receipts)
    text = next(iter(fields["banners"].values()))
    named = with_first_from(base, f"{text}\n[ten\nsparkle = 3\n")
    add("toml", "a banner with an unknown field that is no TOML", 1, **named)
    key = [*fields["banners"]][-1]
    about = "a banner text with an unknown field that its hash does not fit"
    add("banner-text", about, 1, **fields | {"banners": {**fields["banners"], key: "sparkle = 3"}})
    return files


def beyond(base: Receipt) -> dict[str, tuple[str, int | None, str]]:
    """As `bad`, of limit-per-day.json: three of a day, three of the next, three of a later one."""
    files: dict[str, tuple[str, int | None, str]] = {}

    def add(name: str, about: str, place: int, edit: Callable[[Receipt], None]) -> None:
        receipts = forged(base["receipts"], place, edit)
        files[f"limit-{name}"] = about, place, written({**base, "receipts": receipts})

    def used(receipt: Receipt, **changes: int) -> None:
        receipt["before"]["limit"].update(changes)
        receipt["after"]["limit"].update(changes)

    def day(receipt: Receipt, days: int, **changes: int) -> None:
        used(receipt, day=receipt["before"]["limit"]["day"] + days, **changes)

    add("day-back", "a day before the last pull's", 4, lambda receipt: day(receipt, -1))
    add("day-ahead", "a day that it was nowhere yet", 4, lambda receipt: day(receipt, 2))
    add("day-late", "a day that was over everywhere", 7, lambda receipt: day(receipt, -2))
    add(
        "today-kept",
        "a new day that does not begin anew",
        4,
        lambda receipt: used(receipt, today=1),
    )
    add("all-fewer", "fewer draws in all than there were", 4, lambda receipt: used(receipt, all=1))
    add("price", "the price of another turn", 2, lambda receipt: receipt.update(price=0))
    add("gone", "no limit in a state", 4, lambda receipt: receipt["before"].pop("limit"))
    edges = at_the_edges().file()
    behind = Play()
    behind.wait_until(18, CLOCKS[1])
    behind.pull(DAILY, 1)
    behind.rotate()
    for name, about, of, place, days in (
        ("late-by-minutes", "a day that was over everywhere", behind.file(), 1, -1),
        ("ahead-by-minutes", "a day that had begun nowhere", edges, 4, 1),
    ):
        receipts = forged(of["receipts"], place, partial(day, days=days))
        files[f"limit-day-{name}"] = (
            f"{about}, by minutes",
            place,
            written({**of, "receipts": receipts}),
        )
    stale = Play()
    stale.pull(DAILY, 1)
    stale.wait(96)
    stale.pull(DAILY, 1)
    stale.rotate()

    def kept(receipt: Receipt) -> None:
        before = {"all": 1, "day": receipt["before"]["limit"]["day"] - 4, "today": 1}
        receipt["before"]["limit"] = before
        receipt["after"]["limit"] = {**before, "all": 2, "today": 2}
        receipt["price"] = 50

    receipts = forged(stale.file()["receipts"], 2, kept)
    about = "the day of the pull before, which was over everywhere"
    files["limit-day-kept"] = about, 2, written({**stale.file(), "receipts": receipts})
    late = partial(day, days=-9)
    receipts = forged(edges["receipts"][7:], 1, late)
    about = "begins mid-chain on a day that was over everywhere"
    files["limit-believed"] = about, 1, written({**edges, "receipts": receipts})
    more = DAILY.replace(b"per_day = 3", b"per_day = 4")
    files["limit-exceeded"] = exceeded("of a day", DAILY, more, 1, 1, 1, 1)
    more = BEGINNERS.replace(b"total = 20", b"total = 21")
    files["limit-exceeded-in-all"] = exceeded("in all", BEGINNERS, more, 10, *[1] * 11)
    return files


def exceeded(what: str, data: bytes, more: bytes, *counts: int) -> tuple[str, int | None, str]:
    """A pull too many, as if the banner were that with `more`."""
    play = Play()
    play.pull(more, *counts)
    play.rotate()
    key = parse(data, "example.toml").hash
    made: list[Entry] = []
    for entry in play.file()["receipts"]:
        receipt = json.loads(entry["text"]) | {"banner_hash": key}
        receipt["previous"] = made[-1]["hash"] if made else ""
        made.append(sealed(pulling.canonical(receipt).decode()))
    file = {**play.file(), "banners": {key: data.decode()}, "receipts": made}
    return f"a pull more than the limit {what} leaves", len(counts), written(file)


def bought(base: Receipt) -> dict[str, tuple[str, int | None, str]]:
    """As `bad`, of exchange-offers.json: cards were taken before receipts 7, 9 and 10."""
    files: dict[str, tuple[str, int | None, str]] = {}
    one = "r-other-1"

    def add(name: str, about: str, place: int, **changes: int) -> None:
        def edit(receipt: Receipt) -> None:
            for state in (receipt["before"], receipt["after"]):
                state["exchanged"] = {**state.get("exchanged", {}), **changes}

        receipts = forged(base["receipts"], place, edit)
        files[f"exchanged-{name}"] = about, place, written({**base, "receipts": receipts})

    add("fewer", "a copy less than was taken before", 10, **{one: 1})
    together = {"ssr-featured-1": 30, one: 30}
    add("together", "more copies of two cards than points that were spent", 7, **together)
    add("unpaid", "a copy more, and no points that were spent", 8, **{one: 2})
    add("underpaid", "more copies than points that were spent", 7, **{one: 44})
    add("unlimited", "a count of a card of which any number may be taken", 10, **{"sr-other-1": 1})
    return files


def counted(base: Receipt, others: Receipt) -> dict[str, tuple[str, int | None, str]]:
    """As `bad`, of tickets.json, whose receipts 3, 4 and 6 do not count; and of a banner that has
    no such pulls."""
    files: dict[str, tuple[str, int | None, str]] = {}

    def add(
        name: str, about: str, of: Receipt, place: int, edit: Callable[[Receipt], None]
    ) -> None:
        receipts = forged(of["receipts"], place, edit)
        files[f"tickets-{name}"] = about, place, written({**of, "receipts": receipts})

    add("true", "a pull that says that it counts", base, 3, lambda one: one.update(counts=True))
    add(
        "hidden",
        "a pull that does not count, and does not say so",
        base,
        3,
        lambda one: one.pop("counts"),
    )
    add(
        "claimed",
        "a pull that counts, and says that it does not",
        base,
        1,
        lambda one: one.update(counts=False),
    )
    add(
        "limit",
        "a pull that not even the limit counts",
        base,
        4,
        lambda one: one.update(after=one["before"]),
    )
    add("other", "a banner without such pulls", others, 1, lambda one: one.update(counts=False))
    return files


def begun() -> dict[str, tuple[str, int | None, str]]:
    """As `bad`, of boxes that a player begins anew: mostly box-begun-between.json, whose receipts 3
    and 4 say that the player began a new one."""
    files: dict[str, tuple[str, int | None, str]] = {}

    def add(
        name: str, about: str, of: Receipt, place: int, edit: Callable[[Receipt], None], **more: Any
    ) -> None:
        receipts = forged(of["receipts"], place, edit)
        files[f"box-begun-{name}"] = about, place, written({**of, "receipts": receipts, **more})

    def as_if(of: Play, *pulls: tuple[bytes, int]) -> Receipt:
        """Each after the first from a box that is full, as if it was begun anew in between."""
        for data, count in pulls:
            of.pull(data, count)
            of.now = replace(of.now, states={})
        of.rotate()
        return of.file()

    lottery, play = sample("lottery-box"), between()
    play.rotate()
    base = play.file()
    shut, opened = (parse(each, "example.toml") for each in (SHUT_BOX, OPEN_BOX))
    early = as_if(Play(), (lottery, 10), (lottery, 10))
    version = parse(lottery, "example.toml").hash
    about = "a box begun anew before the player could"
    add("early", about, early, 2, lambda one: one.update(begun=version))
    about = "a box begun anew, and the receipt does not say so"
    add("unsaid", about, base, 3, lambda one: one.pop("begun"))
    about = "a box begun anew by a version that does not allow it"
    add("shut", about, base, 3, lambda one: one.update(begun=shut.hash))
    about = "a version to begin a box anew by of which the file has no text"
    add("unknown", about, base, 3, lambda one: one.update(begun="0" * 64))
    add("null", "no version to begin a box anew by", base, 3, lambda one: one.update(begun=None))
    about = "a box that is full begun anew"
    add("full", about, base, 1, lambda one: one.update(begun=opened.hash))
    about = "a box said to be begun anew that goes on"
    add("goes-on", about, base, 2, lambda one: one.update(begun=opened.hash))
    about = "a box begun anew by another banner"
    others = {**base["banners"], version: lottery.decode()}
    add("other", about, base, 3, lambda one: one.update(begun=version), banners=others)
    about = "begins with a box said to be begun anew that is not full"
    later = {**base, "receipts": base["receipts"][4:]}
    add("believed", about, later, 1, lambda one: one.update(begun=opened.hash))
    return files


def bundled(base: Receipt, packs: Receipt) -> dict[str, tuple[str, int | None, str]]:
    """As `bad`, of bundles.json, whose banner sells 1, 2, 3 (a step-up) and 4, and of packs.json,
    which sells no single pulls."""
    files: dict[str, tuple[str, int | None, str]] = {}

    def add(
        name: str, about: str, of: Receipt, place: int, edit: Callable[[Receipt], None]
    ) -> None:
        receipts = forged(of["receipts"], place, edit)
        files[f"multi-{name}"] = about, place, written({**of, "receipts": receipts})

    def fewer(receipt: Receipt, count: int, **other: int) -> None:
        receipt.update(count=count, cards=receipt["cards"][:count], **other)

    def step(receipt: Receipt, to: int | None) -> None:
        receipt["after"].pop("step", None)
        receipt["after"] |= {"step": to} if to else {}

    add("no-size", "a pull of a size that is not sold", packs, 1, lambda one: fewer(one, 4))
    add("no-single", "a single pull where none is sold", packs, 1, lambda one: fewer(one, 1))
    about = "a single pull for nothing where none is sold"
    add("no-single-free", about, packs, 1, lambda one: fewer(one, 1, price=0))
    add("price-of-step", "the price of another step", base, 4, lambda one: one.update(price=50))
    add("step-kept", "a pull of a step-up that moves nothing", base, 1, lambda one: step(one, 0))
    about = "a multi-pull with one price that moves the step-up"
    add("step-moved", about, base, 2, lambda one: step(one, 2))
    return files


def strange_banners(text: str) -> list[tuple[str, str, str]]:
    """Banners that no verifier takes: name of the vector, about, text. Every receipt of them could
    be right all the same."""
    whole = '[[multi.whole]]\nchance = "2/3"\nrates = { ssr = "1" }\n'
    minimum = '[[ten.minimum]]\nof = ["ssr", "sr", "r"]\ncount = 1\n'
    return [
        (
            "banner-out-of-place",
            "a field that only the cards of a box have",
            text.replace('id = "old-star-map"', 'stock = 1\nid = "old-star-map"', 1),
        ),
        (
            "banner-card-no-id",
            "a card whose id is none",
            text.replace('id = "old-star-map"', 'id = "Old_Star_Map"', 1),
        ),
        (
            "banner-minima",
            "more minima than a ten-pull has places",
            text + minimum * 11,
        ),
        (
            "banner-slot-sum",
            "a slot whose rates do not sum to 1",
            text + '[[ten.slot]]\nnumber = 3\nrates = { ssr = "1/2" }\n',
        ),
        (
            "banner-card-twice",
            "an id that two cards have",
            re.sub(
                r'(?s)(\[\[card\]\]\nid = ")[^"]+(".*?\[\[card\]\]\nid = ")[^"]+',
                r"\1twice\2twice",
                text,
                count=1,
            ),
        ),
        (
            "banner-card-of-rarity",
            "a card with a rarity's id",
            text.replace('id = "old-star-map"', 'id = "sr"', 1),
        ),
        (
            "banner-promise-twice",
            "an id that two promises have",
            text + '[[promise]]\nid = "one"\nof = ["ssr"]\nwithin = 90\n' * 2,
        ),
        (
            "banner-size-twice",
            "a size that two multi-pulls have",
            text + "[[multi]]\nsize = 3\nprice = 9\n" * 2,
        ),
        (
            "banner-chances",
            "whole tables whose chances sum to more than 1",
            text + "[[multi]]\nsize = 3\nprice = 9\n" + whole * 2,
        ),
        (
            "banner-long",
            "a banner of more than 262,144 bytes",
            text + "#" * 262_144 + "\n",
        ),
        (
            "banner-sum",
            "rates that do not sum to 1",
            text.replace('rate = "0.3"', 'rate = "0.29"', 1),
        ),
        (
            "banner-number-twice",
            "a card number that two cards have",
            text.replace("number = 1\n", "number = 0\n", 1),
        ),
        (
            "banner-weight-float",
            "a weight that is no integer",
            text.replace('id = "old-star-map"', 'weight = 2.0\nid = "old-star-map"', 1),
        ),
        (
            "banner-ramp",
            "a ramp that does not end",
            text.replace("ceiling = 90\n", "").replace('step = "0.06"', 'step = "0.0001"', 1),
        ),
        (
            "banner-fine",
            "probabilities with a common denominator of 2^56 or more",
            re.sub("weight = 1\n", "", text)
            .replace('rate = "0.3"', 'rate = "0.30000000000000001"', 1)
            .replace('rate = "0.6"', 'rate = "0.59999999999999999"', 1),
        ),
        (
            "banner-float",
            "a rate that is no string",
            re.sub(r'rate = "([0-9.]+)"', r"rate = \1", text, count=1),
        ),
    ]


def fewer(state: Receipt) -> Receipt:
    return {**state, "since": {**state["since"], "ssr": state["since"]["ssr"] - 1}}


def richer(state: Receipt) -> Receipt:
    return {**state, "points": state["points"] + 200}


def _with_counts(receipt: Receipt, more: Mapping[str, int]) -> None:
    before = receipt["before"]
    receipt["before"] = {**before, "since": {**before["since"], **more}}


def truthful(state: Receipt) -> Receipt:
    assert state["since"]["ssr"] == 1
    return {**state, "since": {**state["since"], "ssr": True}}


# --- the small vectors ----------------------------------------------------------------------------


def words() -> list[dict[str, Any]]:
    """Those of draws, and a few that choose among whole tables (`pack`)."""
    seeds = [bytes(range(32)), fairness.server_seed(SECRET, PLAYER, 0)]
    texts = ["client", "", PLAYER, "星", "星あかり🌠", "a|1|2", "|", ' "\\', "e\u0301", "é"]
    places = [(0, 0), (0, 1), (9, 0), (10, 0), (12, 3), (2**53, 0)]
    made = [
        (seed, text, nonce, cursor, "")
        for seed in seeds
        for text in texts
        for nonce, cursor in places
    ]
    made += [(seeds[0], text, nonce, 1, "pack|") for text in ("client", "|") for nonce in (0, 10)]
    return [
        {
            "server_seed": seed.hex(),
            "client_seed": text,
            "nonce": nonce,
            "cursor": cursor,
            **({"pack": True} if pack else {}),
            "message": (message := f"v1|{text}|{nonce}|{pack}{cursor}"),
            "message_utf8": message.encode().hex(),
            "hmac": hmac.digest(seed, message.encode(), "sha256").hex(),
            "word": f"{fairness.word(seed, text, f'{nonce}|pack' if pack else nonce, cursor):016x}",
        }
        for seed, text, nonce, cursor, pack in made
    ]


def seeds() -> dict[str, Any]:
    return {
        "secret": SECRET.decode(),
        "secret_utf8": SECRET.hex(),
        "seeds": [
            {
                "user_id": user_id,
                "epoch": epoch,
                "message": f"{user_id}|{epoch}",
                "server_seed": (seed := fairness.server_seed(SECRET, user_id, epoch)).hex(),
                "commitment": fairness.commitment(seed),
            }
            for user_id in (PLAYER, "1@2")
            for epoch in (0, 1, 10)
        ],
    }


SITUATIONS: Final[Sequence[tuple[Any, ...]]] = (
    # banner, the state, draws in this pull, cards drawn earlier in this pull
    (STARLIT, {}, 1, ()),
    (STARLIT, {"since": {"ssr": 73, "sr": 9}, "points": 3}, 1, ()),
    (STARLIT, {"since": {"ssr": 89, "sr": 9}, "lost": {"ssr": 1}}, 1, ()),
    (GENSHIN, {"since": {"five": 80, "four": 8}, "lost": {"four": 1}}, 1, ()),
    (sample("genshin-weapon"), {"promises": {"epitomized-path": 2}, "lost": {"five": 1}}, 1, ()),
    (LIMITED, {"since": {"six": 60}, "promises": {"featured-after-150": 150}}, 1, ()),
    (LIMITED, {"promises": {"featured-after-150": True}}, 1, ()),
    (sample("blue-archive"), {}, 10, ["one-other-1"] * 9),
    (sample("blue-archive"), {}, 10, ["one-other-1"] * 8 + ["two-other-1"]),
    (sample("uma-musume"), {}, 10, ["r-other-1"] * 9),
    (sample("fgo"), {}, 10, ["essence-3-other-1"] * 8),
    (sample("fgo"), {}, 10, ["essence-3-other-1"] * 9),
    (sample("fgo"), {}, 10, ["servant-3-other-1"] * 9),
    (sample("fgo"), {"promises": {"featured-within-330": 329}}, 1, ()),
    (sample("fgo"), {"promises": {"featured-within-330": 329}}, 10, ["essence-3-other-1"] * 8),
    (SECOND, {}, 10, ["three-1"] * 9),
    (SECOND, {"since": {"five": 29}}, 10, ["three-1"] * 9),
    (SECOND, {"promises": {"second-five-featured": 1, "one-five": True}}, 1, ()),
    (SECOND, {"promises": {"second-five-featured": 1, "one-five": 39}, "lost": {"five": 1}}, 1, ()),
    (sample("festival-box"), {}, 1, ()),
    (COLLECTION, {"drawn": {"five-other-1": 1, "three-1": 1}}, 1, ()),
    (COLLECTION, {"drawn": {"five-featured-1": 1}, "promises": {"second-five-featured": 1}}, 1, ()),
    (RADIANCE, {"contested": {"five": 2}, "since": {"five": 88}}, 1, ()),
    (sample("festival-box"), {"drawn": {"candy": 60, "fox-mask": 4, "ramune": 29}}, 1, ()),
    (NARROW, {}, 1, ()),
    (sample("fire-emblem-heroes"), {"since": {"five": 119}}, 1, ()),
    (sample("step-up"), {}, 10, ["r-other-1"] * 9),
    (sample("step-up"), {"step": 4}, 10, ["r-other-1"] * 9),
    (sample("step-up"), {"step": 4}, 1, ()),
    (CROWDED, {"since": {"top": 7, "mid": 4}}, 1, ()),
    (CROWDED, {"since": {"top": 3, "mid": 4}}, 1, ()),
    (CROWDED, {"since": {"top": 5, "mid": 3}, "step": 1}, 10, ["stone"] * 4),
    (CROWDED, {"since": {"top": 7, "mid": 4}, "step": 2}, 10, ["stone"] * 4),
    (CROWDED, {"promises": {"star-once": 5}}, 10, ["stone"] * 8),
    (CROWDED, {"promises": {"star-once": 4, "every-third": 2}}, 1, ()),
    (CROWDED, {"promises": {"star-once": 5, "every-third": 2}, "lost": {"top": 1}}, 1, ()),
    (PACKS, {}, 5, ["bronze-1"] * 4),
    (PACKS, {"step": 2, "since": {"gold": 20, "silver": 3}}, 5, ["bronze-1"] * 3),
    (PACKS, {"step": 2}, 11, ["bronze-1"] * 3),
    (PACKS, {"since": {"gold": 20}}, 5, ["bronze-1"] * 2, 1),
    (PACKS, {"lost": {"gold": 1}}, 5, ["bronze-1"] * 4, 2),
    (ELEVEN, {}, 11, ["essence-3-other-1"] * 9),
    (ELEVEN, {}, 11, ["essence-3-other-1"] * 10),
    (sample("tcg-pocket"), {}, 5, ["diamond-one-1"] * 3),
    (sample("tcg-pocket"), {}, 5, ["star-two-1"] * 3, 1),
    (WEIGHED, {"drawn": {"candy": 30}}, 1, ()),
    (sample("fgo"), {}, 10, [*["essence-3-other-1"] * 8, "servant-4-other-1"]),
    (NARROWING, {"promises": {"featured-after-150": 150, "one-of-them": 199}}, 1, ()),
    (RADIANCE, {"contested": {"five": 3}, "since": {"five": 88}}, 1, ()),
    (FALLEN, {"since": {"top": 0, "mid": 4}, "step": 1}, 10, ["stone"] * 4),
    (ROOM, {"since": {"five": 30}}, 10, ["three-other-1"] * 2),
)  # fmt: skip


def rows() -> dict[str, Any]:
    made = []
    for data, stored, number, earlier, *chosen in SITUATIONS:
        banner = parse(data, "example.toml")
        state = engine.State.from_dict(banner, stored)
        at = place(banner, state, number, earlier, *chosen)
        row = engine.row(banner, at)
        whole = lcm(*(probability.denominator for _, probability in row))
        weights = [int(probability * whole) for _, probability in row]
        ids = [card.id for card, _ in row]
        made.append(
            {
                "banner_hash": banner.hash,
                "state": state.to_dict(),
                "count": number,
                "earlier": list(earlier),
                **({"whole": chosen[0]} if chosen else {}),
                "T": whole,
                "row": [list(pair) for pair in zip(ids, weights, strict=True)],
                "words": list(decided(ids, weights)),
            }
        )
    texts = {parse(data, "example.toml").hash: data.decode() for data, *_ in SITUATIONS}
    return {"banners": texts, "rows": made}


def place(
    banner: Banner, state: engine.State, number: int, earlier: Iterable[str], whole: int = 0
) -> engine.Position:
    """`state` is that after the earlier cards; here only the slot and its minima need them."""
    begun = engine.start(banner)._replace(step=state.step)
    slots = engine.position(banner, begun, number)
    cards = {card.id: card for card in banner.cards}
    for each in earlier:
        slots = engine.after(banner, slots, cards[each])
    now = engine.position(banner, state, number)
    return now._replace(slot=slots.slot, needs=slots.needs, whole=whole)


def decided(ids: Sequence[str], weights: Sequence[int]) -> Iterable[dict[str, str | None]]:
    """The first and last word of each of the first cards, of the last one, and of rejection."""
    unit = 2**64 // sum(weights)
    cuts = [unit * cut for cut in accumulate(weights, initial=0)]
    for index in sorted({*range(min(len(ids), 3)), len(ids) - 1}):
        yield {"word": f"{cuts[index]:016x}", "card": ids[index]}
        yield {"word": f"{cuts[index + 1] - 1:016x}", "card": ids[index]}
    if cuts[-1] < 2**64:
        yield {"word": f"{cuts[-1]:016x}", "card": None}
        yield {"word": "f" * 16, "card": None}


def states() -> dict[str, Any]:
    """A stored state, and what a banner makes of it before it draws."""
    many = {f"of-another-banner-{number}": number for number in range(1, 11)}
    cases: list[tuple[bytes, Receipt]] = [
        (STARLIT, {}),
        (STARLIT, {"since": {"ssr": 500, "sr": 500, "r": 3}, "lost": {"ssr": 4}, "points": 7}),
        (GENSHIN, {"since": {"five": 70}, "promises": {"one-five": 12, "kept": True}, "points": 7}),
        (GENSHIN, {"promises": {**many, "kept": True, "same-as-3": 3}, "points": 0}),
        (SECOND, {"since": {"five": 70, "four": 5}, "lost": {"four": 1, "five": 1}, "points": 1}),
        (SECOND, {"promises": {"one-five": 99, "second-five-featured": True, "a": 3}}),
        (SECOND, {"promises": {"one-five": True, "second-five-featured": 9}}),
        (sample("uma-musume"), {"promises": {"a": 1}, "since": {"ssr": 3}, "points": 5}),
        (sample("festival-box"), {"drawn": {"candy": 61, "gone": 2, "ramune": 30}, "points": 0}),
        (sample("festival-box"), {"drawn": {"grand-prize": 1, "candy": 20}, "points": 0}),
        (COLLECTION, {"drawn": {"five-other-1": 3, "three-1": 1, "three-2": 1, "gone": 1}}),
        (RADIANCE, {"contested": {"five": 9, "four": 1}, "lost": {"five": 1}}),
        (sample("step-up"), {"step": 9}),
        (STARLIT, {"limit": {"all": 7, "day": 20_000, "today": 2}, "points": 1}),
        (BEGINNERS, {"limit": {"all": 99, "day": 20_000, "today": 2, "other": 1}}),
        (DAILY, {"limit": {"all": 7, "day": 20_000, "today": 2, "other": 1}}),
        (DAILY, {"limit": {}}),
        (COUNTER, {"exchanged": {"r-other-1": 7, "sr-other-1": 3, "none": 1}, "points": 4}),
        (STARLIT, {"exchanged": {"comet": 2}}),
        (STARLIT, {"step": 3}),
        (PACKS, {"step": 3, "since": {"gold": 99, "silver": 9}, "points": 0}),
        (GENSHIN, {"promises": {f"tie-{letter}": 7 for letter in "jihgfedcba"}}),
        (SECOND, {"promises": {**many, "one-five": 1, "second-five-featured": 1}}),
        (RADIANCE, {"contested": {"five": 4}}),
    ]
    made = []
    for data, stored in cases:
        banner = parse(data, "example.toml")
        brought = engine.State.from_dict(banner, stored).to_dict()
        made.append({"banner_hash": banner.hash, "stored": stored, "brought": brought})
    texts = {parse(data, "example.toml").hash: data.decode() for data, _ in cases}
    return {"banners": texts, "states": made}


def together() -> tuple[dict[str, Receipt], list[dict[str, Any]]]:
    """Files that are parts of one player's receipts, and what a verifier says of some of them."""
    play = Play()
    play.pull(STARLIT, 10, 1, 1, 10, 1)
    play.rotate()
    play.choose("mine")
    play.pull(STARLIT, 10, 1)
    play.rotate()
    play.pull(STARLIT, 1, 1)
    play.rotate()
    places = {"0-a": (0, 2), "0-b": (2, 4), "0-c": (4, 5), "1": (5, 7), "2": (7, 9)}
    files = {name: play.file(*place) for name, place in places.items()}
    other = Play("1290000000000000010@1290000000000000002")
    other.pull(STARLIT, 1)
    other.rotate()
    files["another-player"] = other.file()
    # The attack: the same seed and client seed, another nonce to begin with, and no pity.
    ahead = Play()
    ahead.now = replace(ahead.now, nonce=37, last_receipt=play.entries[1]["hash"])
    ahead.pull(STARLIT, 10)
    ahead.rotate()
    files["0-b-ahead"] = ahead.file()
    epoch = {**play.epochs[0], "commitment": "0" * 64}
    files["0-b-recommitted"] = {**files["0-b"], "epochs": [epoch]}

    def case(about: str, names: str, wrong: tuple[str, int] | None = None) -> dict[str, Any]:
        """`wrong`: the file and the place in it of the first receipt that does not verify."""
        given = [files[name] for name in names.split()]
        entries = [json.loads(each["text"]) for file in given for each in file["receipts"]]
        refused = files[wrong[0]]["receipts"][wrong[1]]["text"] if wrong else None
        return {
            "files": [f"together/{name}.json" for name in names.split()],
            "about": about,
            "verifies": wrong is None and "another-player" not in names.split(),
            "pulls": len(entries),
            "draws": sum(each["count"] for each in entries),
            "unseen": min((each["epoch"], each["nonce"]) for each in entries)[1],
            "interaction_id": json.loads(refused)["interaction_id"] if refused else None,
        }

    return files, [
        case("all parts and epochs, in order", "0-a 0-b 0-c 1 2"),
        case("the same in another order", "2 0-c 0-a 1 0-b"),
        case("one of them twice", "0-a 0-b 0-b 0-c"),
        case("an epoch from its first draw on", "1 2"),
        case("an epoch without its first part: it is not whole", "0-b 0-c 1"),
        case("the last part alone: it is not whole", "0-c"),
        case("begun further on, to choose among more cards: it is not whole", "0-b-ahead"),
        case("no part between them", "0-a 0-c", ("0-c", 0)),
        case("no end of the first epoch", "0-a 0-b 1", ("1", 0)),
        case("no epoch between them", "0-a 0-b 0-c 2", ("2", 0)),
        case("a part that begins further on", "0-a 0-b-ahead", ("0-b-ahead", 0)),
        case("two commitments of an epoch", "0-a 0-b-recommitted", None) | {"verifies": False},
        case("two players", "0-a 0-b 0-c another-player"),
    ]


# --- all of them ----------------------------------------------------------------------------------


def build() -> dict[str, str]:
    """Every file under tests/vectors but the README: its path there, and its text."""
    made: dict[str, str] = {}
    index: dict[str, list[dict[str, Any]]] = {"good": [], "bad": [], "newer": []}
    files = good()
    for name, (about, file) in files.items():
        receipts = [json.loads(entry["text"]) for entry in file["receipts"]]
        made[f"good/{name}.json"] = written(file)
        index["good"].append(
            {
                "file": f"good/{name}.json",
                "about": about,
                "pulls": len(receipts),
                "draws": sum(receipt["count"] for receipt in receipts),
                "epochs": len({receipt["epoch"] for receipt in receipts}),
                "begins_with_first": not receipts or receipts[0]["previous"] == "",
                "unseen": receipts[0]["nonce"] if receipts else 0,
            }
        )
    base = files["rotation"][1]
    for name, (about, text) in well_formed(base).items():
        made[f"good/{name}.json"] = text
        like = next(each for each in index["good"] if each["file"] == "good/rotation.json")
        index["good"].append({**like, "file": f"good/{name}.json", "about": about})
    wrong = bad(base) | formed(base) | hidden(base) | beyond(files["limit-per-day"][1])
    wrong |= bought(files["exchange-offers"][1]) | counted(files["tickets"][1], base)
    wrong |= bundled(files["bundles"][1], files["packs"][1]) | begun()
    for folder, refused in (("bad", wrong), ("newer", newer(base))):
        for name, (about, where, text) in refused.items():
            made[f"{folder}/{name}.json"] = text
            lines = text.partition('"receipts":[')[2].splitlines()
            named = where and re.search(r'interaction_id\\":\\"([0-9]+)', lines[where])
            index[folder].append(
                {
                    "file": f"{folder}/{name}.json",
                    "about": about,
                    "place": where,
                    "interaction_id": named[1] if named else None,
                }
            )
    parts, index["together"] = together()
    for name, file in parts.items():
        made[f"together/{name}.json"] = written(file)
    boxes, index["boxes"] = box_vectors.build()
    for name, file in boxes.items():
        made[f"boxes/{name}.json"] = written(file)
    made["index.json"] = pretty(index)
    made["words.json"] = pretty(words())
    made["seeds.json"] = pretty(seeds())
    made["rows.json"] = pretty(rows())
    made["states.json"] = pretty(states())
    return made


def pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    argparse.ArgumentParser(
        description="Writes tests/vectors anew. The same on every machine: git shows what changed.",
    ).parse_args()
    for path, text in build().items():
        target = VECTORS / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(ending(main))
