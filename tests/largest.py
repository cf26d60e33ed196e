"""Files of receipts in which every list and number stands at its maximum: all of them verify."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import verify

USER = "1290000000000000009@1290000000000000002"
SEED = bytes(32)
NAME = 'name = { ja = "a", en = "a" }'


def played(turns: Iterator[tuple[str, int, str]]) -> bytes:
    """What the bot would attach after these pulls: (banner's text, count, client seed)."""
    banners, receipts, held = dict[str, str](), list[dict[str, str]](), dict[str, Any]()
    states = dict[str, Any]()
    previous, nonce = "", 0
    for number, (text, count, client_seed) in enumerate(turns):
        key = hashlib.sha256(text.encode()).hexdigest()
        if banners.setdefault(key, text) is text and key not in held:
            held = {key: verify.read_banner(text)}  # never many at once
        banner = held[key]
        before = verify.bring(banner, states.get(banner.state_key, {}))
        price = verify.price(banner, before, count)
        cards, after = verify.pull(banner, before, count, SEED, client_seed, nonce)
        states[banner.state_key] = after
        receipt = {
            "v": 1,
            "user_id": USER,
            "previous": previous,
            "banner": banner.id,
            "price": price,
            "commitment": hashlib.sha256(SEED).hexdigest(),
            "nonce": nonce,
            "before": verify.shown(before),
            "cards": cards,
            "after": verify.shown(after),
            "interaction_id": str(1574629893929968613 + (number << 22)),
            "banner_hash": key,
            "count": count,
            "epoch": 0,
            "client_seed": client_seed,
        }
        line = verify.canonical(receipt)
        previous, nonce = hashlib.sha256(line.encode()).hexdigest(), nonce + count
        receipts.append({"text": line, "hash": previous})
    return written(banners, receipts)


def written(banners: dict[str, str], receipts: list[dict[str, str]]) -> bytes:
    epoch = {
        "epoch": 0,
        "commitment": hashlib.sha256(SEED).hexdigest(),
        "server_seed": SEED.hex(),
    }
    file = {"format": "gacha-receipts-1", "user_id": USER, "epochs": [epoch], "banners": banners}
    return json.dumps({**file, "receipts": receipts}, ensure_ascii=False).encode()


def banner(number: int, cards: int) -> str:
    """16 rarities of which 15 climb to the 1,000th pull, 20 steps of ten minima and ten slots, 8
    promises, and so many cards. The cards have ids as long as they may be."""
    ids = [f"r{rank}" for rank in range(16)]
    lines = [f'id = "b{number}"', 'kind = "k"', "carry_over = true", NAME]
    lines += [f"price = {{ one = 1000000000, ten = {[1000000000] * 20} }}"]
    lines += ["[exchange]", "price = 10000", f"of = {json.dumps(ids)}"]
    for rank, rarity in enumerate(ids):
        lines += ["[[rarity]]", f'id = "{rarity}"', NAME]
        lines += ['rate = "0"', 'ramp = { from = 20, step = "1/981" }'] if rank < 15 else []
        lines += [f"reset_by = {json.dumps([each for each in ids if each != rarity])}"][: rank < 15]
        lines += ['rate = "1"'] if rank == 15 else []
    for promise in range(8):
        lines += ["[[promise]]", f'id = "p{promise}"', f"of = {json.dumps(ids)}", "within = 1000"]
    for _ in range(10):
        lines += ["[[ten.minimum]]", f"of = {json.dumps(ids)}", "count = 1"]
    for slot in range(1, 11):
        lines += ["[[ten.slot]]", f"number = {slot}", f'rates = {{ {ids[-1]} = "1" }}']
    for card in range(cards):
        card_id = f"c{card}-".ljust(40, "a")
        lines += ["[[card]]", f'id = "{card_id}"', f"number = {card}", NAME]
        lines += [f'rarity = "{ids[card % 16]}"', f"weight = {1 + card // 16 % 2}"]
    return "\n".join(lines)


def turns_of_one(cards: int) -> Iterator[tuple[str, int, str]]:
    text = banner(0, cards)
    return ((text, 10, "client") for _ in range(verify.MOST_RECEIPTS))


def turns_of_many() -> Iterator[tuple[str, int, str]]:
    """A thousand banners: what is kept of one must be no more than its text."""
    return ((banner(number, 32), 1, "client") for number in range(1000))


def turns_of_seeds() -> Iterator[tuple[str, int, str]]:
    """As many client seeds as fit, each nearly as long as a receipt may be."""
    text = banner(0, 16)
    return ((text, 1, f"{number}" + "星" * 20_000) for number in range(500))


def unneeded() -> bytes:
    """Banners that no receipt names, to the last byte of the file."""
    texts = [f"# {number}".ljust(verify.MOST_BANNER, "#") for number in range(127)]
    return written({hashlib.sha256(text.encode()).hexdigest(): text for text in texts}, [])


LARGEST: dict[str, Callable[[], bytes]] = {
    "a thousand ten-pulls of a thousand cards": lambda: played(turns_of_one(1000)),
    "a thousand banners": lambda: played(turns_of_many()),
    "the longest client seeds": lambda: played(turns_of_seeds()),
    "banners that nobody needs": unneeded,
}
