"""A box that a server shares: the format, its draws, and the verifier that anybody can run."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

import verify
from commands.rules import rule
from gacha import banner, engine, fairness, odds, purse, shared_box
from gacha.errors import BannerError, SeedMismatchError
from gacha.pulling import Refusal
from scripts import box_vectors
from scripts.box_vectors import FIRST_USER, LOTTERY, PLAIN, BoxPlay, relink, sold_out
from scripts.make_vectors import written
from tests.over import over

VECTORS: Final = Path(__file__).parents[1] / "vectors"
INDEX: Final = json.loads((VECTORS / "index.json").read_text("utf-8"))["boxes"]


def judged(file: Any) -> str:
    """What verify.py says of a file, or why it refuses it."""
    try:
        return verify.report(verify.judged(written(file).encode()))
    except ValueError as wrong:
        return f"refused: {wrong}"
    except verify.Newer as unknown:
        return f"newer: {unknown}"


# --- the verifier ---------------------------------------------------------------------------------


@over("case", INDEX)
def test_the_vectors_of_boxes_verify_or_name_the_receipt(case: dict[str, Any]) -> None:
    said = judged(json.loads((VECTORS / case["file"]).read_text("utf-8")))
    if "tickets" in case:
        assert said.startswith(f"Every ticket replays: {case['tickets']} of box")
    elif "newer" in case:
        what = f"Receipt {case['place']} of the box: " if case["place"] else "format: "
        assert said.startswith(f"newer: {what}") and "unknown" in said
    else:
        assert said.startswith(f"refused: Receipt {case['place']} of the box does not verify")


def test_a_file_that_was_cut_is_not_said_to_be_of_a_closed_box() -> None:
    """Each beginning of a chain replays. Whether the box was closed there nobody can see, so what
    to compare with is said."""
    [case] = [each for each in INDEX if each["file"].endswith("/sold-out.json")]
    file = json.loads((VECTORS / case["file"]).read_text("utf-8"))
    receipts, all_ = file["receipts"], case["tickets"]
    assert judged(file).partition("\n")[0].endswith(", sold out.")
    for many in range(len(receipts)):
        said = judged({**file, "receipts": receipts[:many]})
        assert "closed" not in said and "sold out" not in said and "Nobody" not in said
        assert "compare with what /gacha fair box shows." in said
        if many:
            sold = sum(json.loads(each["text"])["count"] for each in receipts[:many])
            counted = "1 ticket" if sold == 1 else f"{sold} tickets"
            hash_ = receipts[many - 1]["hash"]
            ends = f"ends here: {counted} of {all_}, the last receipt's hash is {hash_};"
            assert ends in said


OTHERS: Final[dict[str, Any]] = {
    "v": 1, "box": "winter-lottery#2@1290000000000000002", "banner_hash": "0" * 64,
    "position": 0, "count": 2, "price": 0, "buyer": "0" * 31, "client": "0" * 63, "day": -1,
    "epoch": 1, "commitment": "0" * 64, "cards": [], "last": "sleigh", "previous": "0" * 64,
}  # fmt: skip


@over(("name", "value"), OTHERS.items())
def test_no_field_of_a_receipt_can_be_another(name: str, value: Any) -> None:
    """Each field, changed so that the chain still holds: the receipt is named."""
    wrong = sold_out().file()
    assert OTHERS.keys() == json.loads(wrong["receipts"][0]["text"]).keys()
    relink(wrong, 3, lambda receipt: receipt.update({name: value}))
    assert judged(wrong).startswith("refused: Receipt 3 of the box does not verify")


def test_a_file_of_a_box_stands_alone_and_a_players_receipt_cannot_name_its_banner() -> None:
    files = [written(sold_out(data).file()).encode() for data in (LOTTERY, PLAIN)]
    with pytest.raises(verify.Wrong, match="checked alone"):
        verify.judged(*files)


@over("seed", range(25))
def test_random_boxes_replay_ticket_by_ticket(seed: int) -> None:
    """Random stocks, buyers, seeds and restores, until the box is sold out: nothing is sold twice,
    the last prize goes once, with the last ticket, and the verifier agrees with all of it."""
    dice = random.Random(seed)
    play = BoxPlay(random_lottery(dice))
    total = shared_box.tickets(play.banner)
    users = [str(FIRST_USER + n) for n in range(dice.randint(2, 40))]
    day = 0
    for _ in range(2_000):
        if play.stored is not None and play.stored.number > 1:
            break
        if play.stored is not None and play.stored.closed_ms:
            break
        if play.stored and dice.random() < 0.02:
            play.restore()
        if dice.random() < 0.2:
            play.choose(dice.choice(users), dice.choice(["a", "種", "x" * 90]))
        day += dice.random() < 0.1
        play.pull(dice.choice(users), dice.randint(1, 10), day)
    came = Counter(roll.id for drawn in play.drawn for roll in drawn.cards)
    stock = {card.id: card.stock or 0 for card in play.banner.cards}
    last = play.banner.shared.last if play.banner.shared else ""
    assert came == Counter({**stock, **({last: stock[last] + 1} if last else {})})
    assert [drawn for drawn in play.drawn if drawn.last] == (play.drawn[-1:] if last else [])
    assert judged(play.file()).startswith(f"Every ticket replays: {total} of box")


def random_lottery(dice: random.Random) -> bytes:
    """Up to 64 cards in up to 5 rarities, and perhaps a prize for the last ticket."""
    rarities = [f"r{n}" for n in range(dice.randint(1, 5))]
    cards = [f"c{n}" for n in range(dice.randint(len(rarities), 20))]
    last = dice.choice([*cards, None])
    lines = ['id = "l"', 'kind = "l"', 'name = { ja = "く", en = "l" }', "price = { one = 7 }"]
    for rarity in rarities:
        lines += [
            "[[rarity]]",
            f'id = "{rarity}"',
            f'name = {{ ja = "{rarity}", en = "{rarity}" }}',
        ]
    for number, card in enumerate(cards):
        rarity = rarities[number] if number < len(rarities) else dice.choice(rarities)
        stock = dice.randint(card != last or len(cards) == 1, 6)
        lines += ["[[card]]", f'id = "{card}"', f"number = {number}", f'rarity = "{rarity}"']
        lines += [f'name = {{ ja = "{card}", en = "{card}" }}', f"stock = {stock}"]
    lines += ["[shared]", "boxes = 2", *([f'last = "{last}"'] if last else [])]
    return "\n".join(lines).encode()


# --- the box --------------------------------------------------------------------------------------


def test_many_are_bought_as_far_as_there_are_so_many() -> None:
    play = sold_out()
    assert play.stored is not None and (play.stored.number, play.stored.turn) == (2, 2)
    user = str(FIRST_USER)
    at_once = [play.pull(user, 10, day) for day in range(2, 10)]
    assert [drawn.receipt["count"] for drawn in at_once if not isinstance(drawn, Refusal)] == [
        5
    ] * 8
    assert play.stored is not None and play.stored.closed_ms and not play.stored.left(play.banner)
    assert play.pull(user, 1, 11) == Refusal(shared_box.SOLD_OUT, {})


def test_a_box_whose_tickets_cost_nothing_takes_none_of_the_buyers_own() -> None:
    """Those that a player has for pulls (`gacha.purse`), which pay before the currency does."""
    user, lots = str(FIRST_USER), (purse.Tickets(9, 2**52),)
    for toml, left in ((LOTTERY, 4), (LOTTERY.replace(b"one = 300", b"one = 0"), 9)):
        play = BoxPlay(toml)
        play.members[user] = replace(play.member(user), tickets=lots)
        drawn = play.pull(user, 5)
        assert isinstance(drawn, shared_box.Drawn) and drawn.after.balance == 10**9
        assert sum(lot.count for lot in drawn.after.tickets) == left


def test_the_last_ticket_that_many_want_is_one_and_nobody_pays_for_the_next_box() -> None:
    """Drawn once more after it was sold, what was meant for it finds the next box open, and is
    refused, until a moment after that began."""
    play = sold_out()
    box = play.stored
    assert box is not None
    last_ms = box.from_ms - shared_box.OPENING_MS
    for made_ms in (last_ms - 1_000, last_ms, box.from_ms - 1):
        found = shared_box.now(box, play.banner, box_vectors.GUILD, made_ms, 0, play.commit)
        assert found == shared_box.GONE
    assert shared_box.now(box, play.banner, box.guild_id, box.from_ms, 0, play.commit) == box


def test_a_day_is_over_and_only_goes_on() -> None:
    play, user = BoxPlay(LOTTERY), str(FIRST_USER)
    play.pull(user, 5, day=1)
    refusal = play.pull(user, 1, day=1)
    assert isinstance(refusal, Refusal) and refusal.sentence == "limit_reached_today"
    assert isinstance(play.pull(user, 1, day=0), Refusal)  # a clock that was put back
    assert isinstance(play.pull(user, 1, day=2), shared_box.Drawn)


def test_other_rules_close_the_box_and_what_was_made_before_finds_none() -> None:
    play = BoxPlay(LOTTERY)
    play.pull(str(FIRST_USER), 3)
    other = banner.parse(LOTTERY + b"# another version\n", "other.toml")
    since_ms, guild = play.now_ms + 50_000, box_vectors.GUILD
    box = shared_box.now(play.stored, other, guild, since_ms + 1, since_ms, play.commit)
    assert not isinstance(box, str)
    assert (box.number, box.turn, box.sold, box.rules) == (2, 1, 0, other.hash)
    late = shared_box.now(box, play.banner, guild, since_ms - 1, 0, play.commit)
    assert late == shared_box.GONE


def test_a_boxs_number_goes_on_and_its_place_among_those_in_turn_is_said_beside_it() -> None:
    """After other rules it is number 2, and the first of the two that these have."""
    play = BoxPlay(LOTTERY)
    play.pull(str(FIRST_USER), 3)
    other = banner.parse(LOTTERY + b"# another version\n", "other.toml")
    box = shared_box.now(play.stored, other, box_vectors.GUILD, 2**43, 2**42, play.commit)
    assert not isinstance(box, str)
    left, _ = shared_box.standing(other, box.number, box.left(other), box.turn)
    assert rule(left, "ja") == "箱 2（全 2 個の 1 個目）の残り 40／40 枚"
    assert rule(left, "en") == "Box 2 (1 of 2 in turn): 40 of 40 tickets left"
    one = banner.parse(LOTTERY.replace(b"boxes = 2", b"boxes = 1"), "one.toml")
    for turn in (0, 1):
        left, _ = shared_box.standing(one, 2, 5, turn)
        assert rule(left, "ja") == "箱 2 の残り 5／40 枚"


def test_a_closed_box_is_drawn_from_no_more_and_a_full_one_takes_its_place() -> None:
    play = BoxPlay(LOTTERY)
    play.pull(str(FIRST_USER), 3)
    assert play.stored is not None
    closed = play.stored.closed(play.now_ms + 60_000)
    for later_ms, expected in ((60_000, shared_box.GONE), (60_001, 2)):
        made_ms = play.now_ms + later_ms
        found = shared_box.now(closed, play.banner, box_vectors.GUILD, made_ms, 0, play.commit)
        assert (found if isinstance(found, str) else found.number) == expected


def test_a_box_is_read_as_it_was_stored() -> None:
    stored = sold_out().stored
    assert stored is not None
    again = shared_box.Box.read(stored.guild_id, stored.banner_id, stored.content())
    assert again == stored


def test_nobody_is_named_and_each_finds_themselves() -> None:
    """Neither an id nor a text of a player's stands in the chain; with their own key they find
    theirs, and of another box it is another."""
    play = sold_out()
    text = written(play.file())
    for user, member in play.members.items():
        assert user not in text
        if member.client_seed != member.key:
            assert member.client_seed not in text
        keys = [
            shared_box.own_key(play.secret, shared_box.name("winter-lottery", n, "1"), user)
            for n in (1, 2)
        ]
        ids = {shared_box.buyer(key, user) for key in keys}
        assert len(ids) == 2
        key = shared_box.own_key(play.secret, play.file()["box"], user)
        assert shared_box.buyer(key, user) in text


def test_a_seed_that_was_not_promised_draws_nothing() -> None:
    play = BoxPlay(LOTTERY)
    play.pull(str(FIRST_USER))
    assert play.stored is not None
    play.stored = replace(play.stored, commitment=fairness.commitment(b"another"))
    with pytest.raises(SeedMismatchError):
        play.pull(str(FIRST_USER))


# --- the format -----------------------------------------------------------------------------------


_CARD: Final = b'[[card]]\nid = "golden-bell"\n'
CONTRADICTIONS: Final[dict[str, tuple[bytes, bytes]]] = {
    "carry_over": (b"[[rarity]]", b"carry_over = true\n[[rarity]]"),
    "price.ten": (b"one = 300", b"one = 300, ten = 3000"),
    "raise_from": (b"[[rarity]]", b'raise_from = "all"\n[[rarity]]'),
    "promise": (b"[shared]", b'[[promise]]\nid = "x"\nof = ["a"]\nwithin = 3\n[shared]'),
    "ten": (b"[shared]", b'[[ten.minimum]]\nof = ["a"]\n[shared]'),
    "exchange": (b"[shared]", b'[exchange]\nprice = 3\nof = ["sleigh"]\n[shared]'),
    "box": (b"[shared]", b"[box]\n[shared]"),
    "card[1].weight": (_CARD, _CARD + b"weight = 2\n"),
    "card[1].featured": (_CARD, _CARD + b"featured = true\n"),
    "card[1].stock": (b'last = "golden-bell"', b'last = "sleigh"'),
    "card.stock": (b"stock = 20", b"stock = 981"),
    "shared.last": (b'last = "golden-bell"', b'last = "nobody"'),
    "shared.boxes": (b"boxes = 2", b"boxes = 101"),
    "shared.account_days": (b"boxes = 2", b"account_days = 366"),
    "shared.member_days": (b"boxes = 2", b"member_days = -1"),
    "rarity[1].rate": (b'id = "last"\n', b'id = "last"\nrate = "1"\n'),
    "shared.seed": (b"boxes = 2", b"seed = 2"),
}


@over(("name", "change"), CONTRADICTIONS.items())
def test_contradictions_are_refused_by_name(name: str, change: tuple[bytes, bytes]) -> None:
    found, instead = change
    assert found in LOTTERY
    other = LOTTERY.replace(found, instead, 1)
    with pytest.raises(BannerError) as refusal:
        banner.parse(other, "x.toml")
    assert refusal.value.field == name
    with pytest.raises((verify.Wrong, verify.Newer, *verify.UNREADABLE)):
        verify.read_banner(other.decode())


def test_bounds_hold_on_both_sides() -> None:
    for found, instead in (
        (b"stock = 20", b"stock = 980"),
        (b"boxes = 2", b"boxes = 100\naccount_days = 365\nmember_days = 0"),
    ):
        text = LOTTERY.replace(found, instead)
        parsed = banner.parse(text, "x.toml")
        assert parsed.shared is not None
        assert verify.read_banner(text.decode()).last == parsed.shared.last


def test_the_odds_of_a_box_are_those_of_who_buys_it_whole() -> None:
    parsed = banner.parse(LOTTERY, "x.toml")
    assert engine.rates(parsed, engine.start(parsed))["a"] == odds.long_run(
        parsed, frozenset({"sleigh"})
    )
    # The first of two prizes among forty: 41/3 tickets on average, the 39th at the latest.
    first = odds.first(parsed, frozenset({"sleigh"}))
    assert (first.expected, first.certain) == (Fraction(41, 3), 39)
