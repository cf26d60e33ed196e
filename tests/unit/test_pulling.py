"""One pull: money, nonce, receipts, and that drawing again is no reroll."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gacha import banner, fairness, player, pulling, snowflake
from gacha.errors import SeedMismatchError
from gacha.game import Offer
from tests.support import FIRST_ID

STARLIT = banner.parse(
    (resources.files("gacha") / "banners/starlit-atelier.toml").read_bytes(), "starlit-atelier.toml"
)
OFFER = Offer(STARLIT.id, STARLIT.hash)
SECRET = b"a secret of the stack"
USED = "a client seed"


def newcomer(user_id: str = "1@2") -> tuple[player.Player, bytes]:
    seed = fairness.server_seed(SECRET, user_id, 0)
    return player.newcomer(user_id, "2", 1_700_000_000_000, fairness.commitment(seed)), seed


def drawn(current: player.Player, seed: bytes, count: int, number: int = 0) -> pulling.Pull:
    pull = pulling.pull(
        current, STARLIT, OFFER, count, str(FIRST_ID + number), seed, current.client_seed
    )
    assert isinstance(pull, pulling.Pull)
    return pull


def rich(current: player.Player) -> player.Player:
    return replace(current, balance=10**9)


@given(user=st.integers(0, 2**64 - 1), count=st.sampled_from([1, 10]))
def test_a_pull_costs_its_price_and_moves_version_and_nonce(user: int, count: int) -> None:
    current, seed = newcomer(f"{user}@2")
    pull = drawn(current, seed, count)
    assert pull.after.balance == current.balance - STARLIT.price(count)
    assert pull.after.version == 1
    assert pull.after.nonce == count
    assert len(pull.rolls) == len(pull.receipt["cards"]) == count


@given(batches=st.lists(st.sampled_from([1, 10]), min_size=1, max_size=6))
def test_drawing_again_from_the_same_row_gives_the_same_receipt(batches: list[int]) -> None:
    current, seed = newcomer()
    current = rich(current)
    for number, count in enumerate(batches):
        first = drawn(current, seed, count, number)
        assert drawn(current, seed, count, number) == first
        current = first.after


@given(batches=st.lists(st.sampled_from([1, 10]), min_size=1, max_size=6))
def test_how_draws_are_batched_changes_no_card(batches: list[int]) -> None:
    assert not STARLIT.differs(10)  # a banner whose ten-pulls have rules of their own may differ
    current, seed = newcomer()
    batched = singly = rich(current)
    cards: list[str] = []
    for count in batches:
        pull = drawn(batched, seed, count)
        cards += pull.receipt["cards"]
        batched = pull.after
    one_by_one: list[str] = []
    for _ in range(sum(batches)):
        pull = drawn(singly, seed, 1)
        one_by_one += pull.receipt["cards"]
        singly = pull.after
    assert cards == one_by_one
    assert batched.states == singly.states
    assert batched.nonce == singly.nonce


def test_receipts_form_a_chain_over_their_canonical_bytes() -> None:
    current, seed = newcomer()
    first = drawn(current, seed, 1, 1)
    second = drawn(first.after, seed, 10, 2)
    assert first.receipt["previous"] == ""
    assert second.receipt["previous"] == first.receipt_hash
    assert first.receipt_hash == hashlib.sha256(pulling.canonical(first.receipt)).hexdigest()
    assert second.receipt["before"] == first.receipt["after"]
    assert second.receipt["nonce"] == 1
    assert pulling.parse(pulling.canonical(second.receipt).decode()) == second.receipt


def test_a_receipt_holds_no_seed() -> None:
    current, seed = newcomer()
    text = pulling.canonical(drawn(current, seed, 10).receipt).decode()
    assert seed.hex() not in text
    assert SECRET.decode() not in text


def test_a_pull_that_cannot_be_paid_says_what_is_missing() -> None:
    current, seed = newcomer()
    refused = pulling.pull(
        replace(current, balance=100), STARLIT, OFFER, 10, str(FIRST_ID), seed, USED
    )
    assert refused == pulling.Refusal(
        "cannot_pay", {"count": 10, "price": 1600, "balance": 100, "missing": 1500}
    )


@pytest.mark.parametrize(("balance", "sentence"), [(159, "cannot_pay"), (160, "cannot_pay_ten")])
def test_who_cannot_pay_for_ten_is_told_of_one_where_that_helps(
    balance: int, sentence: str
) -> None:
    current, seed = newcomer()
    purse = replace(current, balance=balance)
    refused = pulling.pull(purse, STARLIT, OFFER, 10, str(FIRST_ID), seed, USED)
    assert isinstance(refused, pulling.Refusal)
    assert refused.sentence == sentence
    assert refused.values.get("one") == (160 if sentence == "cannot_pay_ten" else None)


def test_the_last_coin_can_be_spent_and_not_one_more() -> None:
    current, seed = newcomer()
    exact = drawn(replace(current, balance=1600), seed, 10)
    assert exact.after.balance == 0
    short = pulling.pull(
        replace(current, balance=1599), STARLIT, OFFER, 10, str(FIRST_ID), seed, USED
    )
    assert isinstance(short, pulling.Refusal)


def test_a_seed_other_than_the_promised_one_draws_nothing() -> None:
    current, _ = newcomer()
    with pytest.raises(SeedMismatchError, match="epoch 0 of 1@2"):
        pulling.pull(current, STARLIT, OFFER, 1, str(FIRST_ID), b"\0" * 32, USED)


def test_a_banner_is_open_or_closed_at_the_interactions_own_time() -> None:
    source = (resources.files("gacha") / "banners/starlit-atelier.toml").read_text()
    lines = source.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("id ="))
    lines.insert(at + 1, "ends = 2026-01-01T00:00:00Z")
    closed = banner.parse("\n".join(lines).encode(), "closed.toml")
    current, seed = newcomer()
    before = str((1_767_225_599_999 - 1_420_070_400_000) << 22)
    after = str((1_767_225_600_000 - 1_420_070_400_000) << 22)
    assert isinstance(pulling.pull(current, closed, OFFER, 1, before, seed, USED), pulling.Pull)
    assert pulling.pull(current, closed, OFFER, 1, after, seed, USED) == pulling.Refusal(
        "banner_closed", {"banner": dict(closed.name)}
    )


@pytest.mark.parametrize("period", ["offer", "file", "both"])
def test_the_offers_period_holds_beside_the_files(period: str) -> None:
    made = str(FIRST_ID)
    at_ms = snowflake.created_ms(made)
    current, seed = newcomer()

    def outcome(from_ms: int, until_ms: int) -> bool:
        of_file = replace(STARLIT, starts_ms=from_ms, ends_ms=until_ms)
        of_offer = replace(OFFER, starts_ms=from_ms, ends_ms=until_ms)
        banner, offer = {
            "offer": (STARLIT, of_offer),
            "file": (of_file, OFFER),
            "both": (of_file, of_offer),
        }[period]
        pull = pulling.pull(current, banner, offer, 1, made, seed, USED)
        assert isinstance(pull, pulling.Pull) or pull.sentence == "banner_closed"
        return isinstance(pull, pulling.Pull)

    assert outcome(at_ms, at_ms + 1)
    assert not outcome(at_ms + 1, at_ms + 2)
    assert not outcome(at_ms - 1, at_ms)


def test_a_rejected_word_uses_up_the_draws_cursor_and_not_the_next_nonce(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    current, seed = newcomer()
    plain = drawn(current, seed, 10).receipt["cards"]
    asked: list[tuple[int, int]] = []
    real = fairness.word

    def word(seed: bytes, client_seed: str, nonce: int, cursor: int) -> int:
        asked.append((nonce, cursor))
        if nonce == 3 and cursor < 2:
            return 2**64 - 1  # always rejected here: this banner's T does not divide 2**64
        return real(seed, client_seed, nonce, cursor)

    monkeypatch.setattr(fairness, "word", word)
    cards = drawn(current, seed, 10).receipt["cards"]
    assert asked == [
        *((nonce, 0) for nonce in range(4)),
        (3, 1),
        (3, 2),
        *((nonce, 0) for nonce in range(4, 10)),
    ]
    assert cards[:3] == plain[:3]
    assert len(cards) == 10
