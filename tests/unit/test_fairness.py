"""The random words: what anyone can recompute from a revealed seed, byte for byte."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gacha.fairness import commitment, server_seed, word

SEED = bytes(range(32))
seeds = st.binary(min_size=32, max_size=32)
texts = st.text(st.characters(codec="utf-8"), max_size=64)
counters = st.integers(0, 2**64)


@given(seeds, texts, counters, counters)
@example(SEED, "", 0, 0)
@example(SEED, "星|1|2", 10**20, 1)
def test_a_word_is_the_first_half_of_an_hmac(
    seed: bytes, client_seed: str, nonce: int, cursor: int
) -> None:
    message = b"v1|" + client_seed.encode() + b"|" + str(nonce).encode() + b"|%d" % cursor
    digest = hmac.new(seed, message, hashlib.sha256).hexdigest()
    assert word(seed, client_seed, nonce, cursor) == int(digest[:16], 16)


@given(st.binary(max_size=80), texts, st.integers(0, 2**32))
def test_a_seed_is_the_secrets_hmac_of_player_and_epoch(
    secret: bytes, user_id: str, epoch: int
) -> None:
    message = user_id.encode() + b"|" + str(epoch).encode()
    assert server_seed(secret, user_id, epoch) == hmac.new(secret, message, "sha256").digest()


@given(seeds)
def test_a_commitment_is_the_seeds_sha256(seed: bytes) -> None:
    assert commitment(seed) == hashlib.sha256(seed).hexdigest()


# Made with OpenSSL 3, for example:
#   printf 'v1|client|0|0' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f
@pytest.mark.parametrize(
    ("client_seed", "nonce", "cursor", "expected"),
    [
        ("client", 0, 0, 0xF6EF7578BC44908F),
        ("client", 0, 1, 0x27C0E6AF369DC454),
        ("client", 1, 0, 0x8A6D65F16BDDCA9E),
        ("", 0, 0, 0x06C281B02533CFEE),
        ("星", 12, 3, 0xF2223E3145785AC9),
    ],
)
def test_words_of_a_known_seed(client_seed: str, nonce: int, cursor: int, expected: int) -> None:
    assert word(SEED, client_seed, nonce, cursor) == expected


def test_a_known_secret() -> None:
    seed = server_seed(b"s" * 64, "1290000000000000009@1290000000000000002", 0)
    assert seed.hex() == "81743902e71a5980bbe7472e5a32920acba5288a3b6448bb532c07c8af687a22"
    assert commitment(seed) == "fcac55205209f80bc469dc866a9a9687d30a4e0faf8ad8a4df37128cc0c40a18"


def test_client_seed_nonce_and_cursor_all_matter() -> None:
    words = {
        word(SEED, client_seed, nonce, cursor)
        for client_seed in ("a", "b")
        for nonce in range(50)
        for cursor in range(3)
    }
    assert len(words) == 2 * 50 * 3


def test_secret_player_and_epoch_all_matter() -> None:
    seeds = {
        server_seed(secret, user_id, epoch)
        for secret in (b"a", b"b")
        for user_id in ("1@1", "1@2", "2@1")
        for epoch in range(3)
    }
    assert len(seeds) == 2 * 3 * 3


@given(counters, counters)
def test_a_word_is_64_bits(nonce: int, cursor: int) -> None:
    assert 0 <= word(SEED, "client", nonce, cursor) < 2**64
