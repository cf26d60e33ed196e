"""Sealed tokens: opened by the private key alone, and never two alike."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from adapters import sealing
from tests.support import SEALING_KEY, SEALING_PUBLIC_KEY


@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_what_is_sealed_opens_again(token: str) -> None:
    sealed = sealing.seal(sealing.public_key(SEALING_PUBLIC_KEY), token)
    assert sealing.unseal(SEALING_KEY, sealed) == token
    assert sealing.unseal(PrivateKey.generate(), sealed) is None


@given(st.data())
def test_a_changed_byte_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(base64.b64decode(sealing.seal(SEALING_KEY.public_key, "token")))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 6))
    assert sealing.unseal(SEALING_KEY, base64.b64encode(sealed).decode()) is None


def test_two_seals_of_a_token_differ() -> None:
    sealed = {sealing.seal(SEALING_KEY.public_key, "token") for _ in range(20)}
    assert len(sealed) == 20


def test_a_secret_gives_one_key_and_another_secret_another() -> None:
    one, same, other = (sealing.private_key(text) for text in ("a" * 64, "a" * 64, "b" * 64))
    assert bytes(one) == bytes(same) != bytes(other)
