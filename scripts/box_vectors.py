"""Boxes that a server shares, among tests/vectors/: `scripts.make_vectors` writes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from gacha import fairness, player, pulling, shared_box
from gacha.banner import parse
from gacha.days import Clock
from gacha.game import Offer
from gacha.shared_box import Box

SECRET: Final = b"an example of a secret; a real one is known to nobody"
GUILD: Final = "1290000000000000002"
FIRST_ID: Final = 1_574_629_893_929_968_613
FIRST_USER: Final = 1_290_000_000_000_000_100

LOTTERY: Final = """id = "winter-lottery"
kind = "lottery"
name = { ja = "冬の数量限定くじ", en = "Winter lottery" }
price = { one = 300 }

[[rarity]]
id = "last"
name = { ja = "最後の1枚賞", en = "Last ticket" }

[[rarity]]
id = "a"
name = { ja = "A賞", en = "Prize A" }

[[rarity]]
id = "b"
name = { ja = "B賞", en = "Prize B" }

[[card]]
id = "golden-bell"
number = 0
rarity = "last"
name = { ja = "金のベル", en = "Golden bell" }
stock = 0

[[card]]
id = "sleigh"
number = 1
rarity = "a"
name = { ja = "そり", en = "Sleigh" }
stock = 2

[[card]]
id = "mitten"
number = 2
rarity = "b"
name = { ja = "手袋", en = "Mitten" }
stock = 18

[[card]]
id = "candle"
number = 3
rarity = "b"
name = { ja = "キャンドル", en = "Candle" }
stock = 20

[shared]
boxes = 2
last = "golden-bell"
""".encode()
PLAIN: Final = (
    LOTTERY.replace(b'boxes = 2\nlast = "golden-bell"\n', b"")
    .replace(b"stock = 0", b"stock = 1")
    .replace(b"winter-lottery", b"spring-lottery")
)

LIMITED: Final = LOTTERY + b"\n[limit]\nper_day = 7\ntotal = 9\n"

Receipt = dict[str, Any]
Entry = dict[str, str]


class BoxPlay:
    """Members of a server who draw from its box; `file` is what anybody of them is given."""

    def __init__(self, data: bytes, secret: bytes = SECRET) -> None:
        self.banner, self.text = parse(data, "example.toml"), data.decode()
        self.secret, self.epoch = secret, 0
        self.members: dict[str, player.Player] = {}
        self.entries: dict[str, list[Entry]] = {}
        self.epochs: dict[str, dict[int, Entry]] = {}
        self.stored: Box | None = None
        self.drawn: list[shared_box.Drawn] = []
        self.now_ms = 1_800_000_000_000

    def commit(self, box: str) -> tuple[int, str]:
        seed = shared_box.server_seed(self.secret, box, self.epoch)
        return self.epoch, fairness.commitment(seed)

    def member(self, user: str) -> player.Player:
        key = player.key(user, GUILD)
        fresh = player.newcomer(key, GUILD, 0, "")
        return self.members.setdefault(user, replace(fresh, balance=10**9))

    def choose(self, user: str, client_seed: str) -> None:
        self.members[user] = replace(self.member(user), client_seed=client_seed, seeded="1")

    def restore(self) -> None:
        """From now on nothing is drawn from a seed of before."""
        self.epoch += 1_800_000_000
        assert self.stored is not None
        self.stored = shared_box.begun_anew(self.stored, self.commit)

    def pull(self, user: str, count: int = 1, day: int = 0) -> shared_box.Drawn | pulling.Refusal:
        """Draw on a day, counted from the first."""
        made_ms = self.now_ms + day * 86_400_000 + len(self.drawn) * 10_000
        number = (made_ms - 1_420_070_400_000) << 22
        box = shared_box.now(self.stored, self.banner, GUILD, made_ms, 0, self.commit)
        if isinstance(box, str):
            return pulling.Refusal(box, {})
        current = self.member(user)
        seed = shared_box.server_seed(self.secret, box.name, box.epoch)
        key = shared_box.own_key(self.secret, box.name, user)
        offer = Offer(self.banner.id, self.banner.hash)
        found = shared_box.pull(
            *(current, self.banner, offer, box, count, str(number), seed),
            shared_box.who(current, user, box.name, key, current.client_seed),
            *(Clock("Asia/Tokyo"), made_ms, self.commit),
        )
        if isinstance(found, pulling.Refusal):
            return found
        text = pulling.canonical(found.receipt).decode()
        entry = {"text": text, "hash": found.receipt_hash}
        self.entries.setdefault(box.name, []).append(entry)
        epoch = {"commitment": box.commitment, "server_seed": seed.hex()}
        self.epochs.setdefault(box.name, {})[box.epoch] = epoch
        self.members[user] = found.after
        self.stored = found.stored
        self.drawn.append(found)
        return found

    def file(self, number: int = 1) -> Receipt:
        box = shared_box.name(self.banner.id, number, GUILD)
        epochs = self.epochs.get(box, {})
        return {
            "format": "gacha-box-1",
            "box": box,
            "epochs": [{"epoch": epoch, **each} for epoch, each in epochs.items()],
            "banners": {self.banner.hash: self.text},
            "receipts": self.entries.get(box, []),
        }


def sold_out(data: bytes = LOTTERY) -> BoxPlay:
    """Some buy one, some five at once; the last ticket is in a draw of several."""
    play = BoxPlay(data)
    for turn, count in enumerate((1, 5, 1, 3, 5, 2, 4, 1, 5, 5, 2, 1, 4, 5)):
        user = str(FIRST_USER + turn % 9)
        if turn == 2:
            play.choose(user, "a text of my own")
        play.pull(user, count, day=turn // 9)
    return play


def build() -> tuple[dict[str, Receipt], list[dict[str, Any]]]:
    """The files by their names, and what of them stands in the index."""
    whole = sold_out()
    early = BoxPlay(PLAIN)
    for turn in range(6):
        early.pull(str(FIRST_USER + turn % 4), 2)
    restored = BoxPlay(LOTTERY)
    restored.pull(str(FIRST_USER), 2)
    restored.restore()
    restored.pull(str(FIRST_USER), 3)
    limited = BoxPlay(LIMITED)
    for count, day in ((5, 0), (2, 0), (1, 1), (1, 3)):
        limited.pull(str(FIRST_USER), count, day)
    good = {
        "sold-out": ("all forty tickets, and the last prize", whole.file()),
        "closed": ("closed before it was sold out; no prize for the last ticket", early.file()),
        "restored": ("its seed changed after a restore", restored.file()),
        "limited": ("more in a day than five, and not more in all than nine", limited.file()),
    }
    files, index = {}, list[dict[str, Any]]()
    for name, (about, file) in good.items():
        files[name] = file
        tickets = sum(json.loads(each["text"])["count"] for each in file["receipts"])
        index.append({"file": f"boxes/{name}.json", "about": about, "tickets": tickets})
    for name, (about, place, edit) in {**NEWER, **BAD}.items():
        file = json.loads(json.dumps(whole.file()))
        edit(file)
        files[name] = file
        index.append(
            {"file": f"boxes/{name}.json", "about": about, "place": place}
            | ({"newer": True} if name in NEWER else {})
        )
    for name, about, place, file in (
        ("epoch-falls", "a seed of before a restore", 3, fallen()),
        (
            "beyond-all",
            "more tickets in all than the limit",
            4,
            sold_as(limited, "per_day = 7\ntotal = 8"),
        ),
        ("beyond-per-day", "more in a day than the limit", 2, sold_as(limited, "per_day = 6")),
        ("beyond-five", "more in a day than five, without a limit", 2, sold_as(limited, "")),
        ("beyond-five-of-total", "the same beside a total", 2, sold_as(limited, "total = 20")),
        ("beyond-a-small-total", "more in a day than the total", 1, sold_as(limited, "total = 4")),
    ):
        files[name] = file
        index.append({"file": f"boxes/{name}.json", "about": about, "place": place})
    return files, index


def fallen() -> Receipt:
    """Restored, and then drawn from with the seed of before once more."""
    play = BoxPlay(LOTTERY)
    play.pull(str(FIRST_USER), 2)
    play.restore()
    play.pull(str(FIRST_USER), 1)
    play.epoch = -1_800_000_000
    play.restore()
    play.pull(str(FIRST_USER), 1)
    return play.file()


def sold_as(play: BoxPlay, limit: str) -> Receipt:
    """As if the banner had another limit."""
    table = f"\n[limit]\n{limit}\n" if limit else ""
    return with_banner(play.file(), LOTTERY.decode() + table, 1)


def with_banner(file: Receipt, text: str, first: int) -> Receipt:
    """The file with another banner's text in the receipts from the place `first` on."""
    other = hashlib.sha256(text.encode()).hexdigest()
    made: Receipt = json.loads(json.dumps(file))
    made["banners"] = {**(made["banners"] if first > 1 else {}), other: text}
    for place in range(first, len(made["receipts"]) + 1):
        relink(made, place, lambda receipt: receipt.update(banner_hash=other))
    return made


Edit = Callable[[Receipt], None]


def _receipt(place: int, **changed: Any) -> Edit:
    """Other values in the receipt at a place from 1, and every later receipt linked again: what
    stands there is wrong, and the chain is not."""

    def edit(file: Receipt) -> None:
        relink(file, place, lambda receipt: receipt.update(changed))

    return edit


def relink(file: Receipt, place: int, edit: Callable[[Receipt], None]) -> None:
    previous = None
    for number, entry in enumerate(file["receipts"], 1):
        receipt = json.loads(entry["text"])
        if previous is not None:
            receipt["previous"] = previous
        if number == place:
            edit(receipt)
        if number >= place:
            text = pulling.canonical(receipt).decode()
            previous = pulling.hash_of(text)
            entry.update(text=text, hash=previous)


def _dropped(file: Receipt) -> None:
    del file["receipts"][3]


def _other_seed(file: Receipt) -> None:
    file["epochs"][0]["server_seed"] = "ab" * 32


def _other_banner(file: Receipt) -> None:
    file.update(with_banner(file, f"# another version\n{LOTTERY.decode()}", 6))


def _newer_banner(file: Receipt) -> None:
    file.update(with_banner(file, LOTTERY.decode().replace("[shared]", "[shared]\nluck = 7"), 1))


def _later_format(file: Receipt) -> None:
    file["format"] = "gacha-box-2"


NEWER: Final[Mapping[str, tuple[str, int | None, Edit]]] = {
    "newer": ("a receipt of a later version", 5, _receipt(5, v=3)),
    "newer-format": ("a file of a later format", None, _later_format),
    "newer-field": ("a field that receipts of boxes do not have", 3, _receipt(3, luck=7)),
    "newer-banner": ("a banner with an unknown field", 1, _newer_banner),
}
BAD: Final[Mapping[str, tuple[str, int | None, Edit]]] = {
    "banner-changed": ("another version of the banner in the middle", 6, _other_banner),
    "box-other": ("another box in a receipt", 3, _receipt(3, box="winter-lottery#2@" + GUILD)),
    "version-1": ("a receipt of a player's version", 2, _receipt(2, v=1)),
    "card-other": ("another card than was drawn", 2, _receipt(2, cards=["sleigh"] * 5)),
    "last-early": ("the last prize before the last ticket", 3, _receipt(3, last="golden-bell")),
    "last-missing": ("the last ticket without its prize", 14, _receipt(14, last="")),
    "too-cheap": ("a ticket for less", 1, _receipt(1, price=299)),
    "position-skipped": ("tickets that nobody drew", 4, _receipt(4, position=8)),
    "commitment-other": (
        "a commitment that is not the epoch's",
        2,
        _receipt(2, commitment="0" * 64),
    ),
    "previous-of-first": ("a first receipt after another", 1, _receipt(1, previous="0" * 64)),
    "day-back": ("a buyer's day after a later one", 10, _receipt(10, day=1)),
    "client-other": ("another client seed than it was drawn with", 1, _receipt(1, client="0" * 64)),
    "left-out": ("a receipt is missing", 4, _dropped),
    "other-seed": ("another seed than was promised", 1, _other_seed),
}
