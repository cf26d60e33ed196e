"""Signatures that some implementation of Ed25519 somewhere accepts, and this endpoint must not.

In the manner of Wycheproof, made here: the curve's arithmetic below is slow, plain, and enough to
build what a library's signer never gives. Sources: RFC 8032; "Taming the Many EdDSAs" (Chalkias,
Garillot, Nikolaenko, 2020) for what implementations disagree on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pytest
from nacl.signing import SigningKey

from tests.over import over
from tests.unit.test_interactions import (
    KEY,
    NOW,
    SIGNATURE,
    TIMESTAMP,
    Bot,
    command,
    running,
    signed,
)

BODY: Final = json.dumps(command()).encode()
MESSAGE: Final = str(NOW).encode() + BODY

# --- Ed25519, as RFC 8032 defines it --------------------------------------------------------------

P: Final = 2**255 - 19
L: Final = 2**252 + 27742317777372353535851937790883648493
D: Final = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]
ZERO: Final[Point] = (0, 1)


def add(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P
    return x, y


def times(scalar: int, point: Point) -> Point:
    result = ZERO
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def with_y(y: int) -> Point | None:
    """The point with that y and an even x, if there is one."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square:
        return None
    return (x if x % 2 == 0 else P - x), y


def encode(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def scalar(value: int) -> bytes:
    return value.to_bytes(32, "little")


@cache
def base() -> Point:
    point = with_y(4 * pow(5, -1, P) % P)
    assert point
    return point


@cache
def small_order() -> list[Point]:
    """The eight points whose order divides the cofactor."""
    y = 2
    while True:
        point = with_y(y)
        torsion = times(L, point) if point else ZERO
        if times(4, torsion) != ZERO:
            return [times(factor, torsion) for factor in range(8)]
        y += 1


def hashed(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


class Signer:
    """The test key, with everything that a library keeps to itself."""

    def __init__(self) -> None:
        digest = hashlib.sha512(KEY.encode()).digest()
        self.secret = (int.from_bytes(digest[:32], "little") & ~7 & (1 << 254) - 1) | 1 << 254
        self.prefix = digest[32:]
        self.public = KEY.verify_key.encode()

    def sign(self, message: bytes, dom: bytes = b"", torsion: Point = ZERO) -> bytes:
        """A signature; a commitment moved by a torsion point satisfies the cofactored check."""
        nonce = hashed(dom, self.prefix, message) % L
        commitment = encode(add(times(nonce, base()), torsion))
        return commitment + scalar((nonce + self.answer(commitment, message, dom)) % L)

    def answer(self, commitment: bytes, message: bytes, dom: bytes = b"") -> int:
        return hashed(dom, commitment, self.public, message) * self.secret


@cache
def signer() -> Signer:
    return Signer()


def written_otherwise(point: Point) -> Iterator[bytes]:
    """Encodings of a point that a lenient decoder takes: y + p, and a sign where x is 0."""
    x, y = point
    for value in (y, y + P):
        for sign in {x & 1, *({0, 1} if x == 0 else ())}:
            if value < 2**255 and (value != y or sign != x & 1):
                yield scalar(value | sign << 255)


def hostile() -> Iterator[tuple[str, bytes]]:
    honest = signer().sign(MESSAGE)
    commitment, answer = honest[:32], int.from_bytes(honest[32:], "little")

    for factor in range(1, 16):
        if answer + factor * L < 2**256:
            yield f"S + {factor}L", commitment + scalar(answer + factor * L)
    for bit in range(252, 256):
        yield f"S with bit {bit}", commitment + scalar(answer | 1 << bit)
    for name, value in (("0", 0), ("1", 1), ("L - 1", L - 1), ("L", L), ("2^256 - 1", 2**256 - 1)):
        yield f"S is {name}", commitment + scalar(value)
    yield "S is negated", commitment + scalar(L - answer)
    yield "S is written big-endian", commitment + honest[:31:-1]

    encodings = {f"R of small order {n}": encode(each) for n, each in enumerate(small_order())}
    for number, point in enumerate(small_order()):
        for n, encoded in enumerate(written_otherwise(point)):
            encodings[f"R of small order {number}, written otherwise {n}"] = encoded
    for name, encoded in encodings.items():
        yield f"{name}, S is 0", encoded + scalar(0)
        # Only the key's owner can make this one: it satisfies the equation up to the cofactor.
        yield f"{name}, S fits", encoded + scalar(signer().answer(encoded, MESSAGE) % L)
    for number, torsion in enumerate(small_order()[1:], 1):
        yield f"R of mixed order {number}", signer().sign(MESSAGE, torsion=torsion)

    off_curve = next(y for y in range(2, 100) if with_y(y) is None)
    yield "R off the curve", scalar(off_curve) + honest[32:]
    yield "R is p", scalar(P) + honest[32:]
    yield "R is 2^255 - 1", scalar(2**255 - 1) + honest[32:]
    yield "R has its sign flipped", commitment[:31] + bytes([commitment[31] ^ 0x80]) + honest[32:]
    yield "R is written big-endian", commitment[::-1] + honest[32:]
    yield "R is the public key", signer().public + honest[32:]
    yield "R is the base point", encode(base()) + honest[32:]
    yield "all zero", bytes(64)
    yield "all ones", b"\xff" * 64

    dom2 = b"SigEd25519 no Ed25519 collisions"
    yield "Ed25519ph", signer().sign(hashlib.sha512(MESSAGE).digest(), dom2 + b"\x01\x00")
    yield "Ed25519ctx", signer().sign(MESSAGE, dom2 + b"\x00\x07discord")
    yield "of the hash", signer().sign(hashlib.sha512(MESSAGE).digest())
    yield "of the body alone", signer().sign(BODY)
    yield "of the body first", signer().sign(BODY + str(NOW).encode())
    yield "of nothing", signer().sign(b"")
    yield "of a line more", signer().sign(MESSAGE + b"\n")


HOSTILE: Final = dict(hostile())


@pytest.fixture(scope="module")
def bot() -> Iterator[Bot]:
    with pytest.MonkeyPatch.context() as monkeypatch, running(monkeypatch) as bot:
        yield bot


def answer(bot: Bot, signature: bytes | str, body: bytes = BODY, at: object = NOW) -> int:
    text = signature if isinstance(signature, str) else signature.hex()
    bot.starter.asked.clear()
    headers = {SIGNATURE: text, TIMESTAMP: str(at)}
    status: int = bot.receive({"body": body.decode(), "headers": headers})["statusCode"]
    assert len(bot.starter.asked) == (status == 200)
    return status


def test_the_arithmetic_above_is_ed25519(bot: Bot) -> None:
    assert signer().sign(MESSAGE) == KEY.sign(MESSAGE).signature
    assert answer(bot, signer().sign(MESSAGE)) == 200
    assert len({encode(each) for each in small_order()}) == 8
    assert len(HOSTILE) > 60


@over("name", HOSTILE)
def test_a_hostile_signature_is_refused(bot: Bot, name: str) -> None:
    assert answer(bot, HOSTILE[name]) == 401


def test_a_signature_of_another_length_is_refused(bot: Bot) -> None:
    signature = signer().sign(MESSAGE)
    for length in (*range(64), *range(65, 80), 96, 128, 1_000):
        assert answer(bot, (signature * 16)[:length]) == 401, length


def test_every_single_bit_counts(bot: Bot) -> None:
    signature = signer().sign(MESSAGE)
    for at in range(512):
        changed = bytearray(signature)
        changed[at // 8] ^= 1 << at % 8
        assert answer(bot, bytes(changed)) == 401, at


def test_a_digit_cannot_move_between_timestamp_and_body(bot: Bot) -> None:
    """Nothing stands between the two in what is signed."""
    body = b"7" + BODY
    signature = signer().sign(str(NOW).encode() + body)
    assert answer(bot, signature, BODY, f"{NOW}7") == 401  # a timestamp of eleven digits: far off
    moved = KEY.sign(MESSAGE).signature
    assert answer(bot, moved, str(NOW)[-1:].encode() + BODY, str(NOW)[:-1]) == 401


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(encoded, id=encoded.hex()[:8] + "…" + encoded.hex()[-2:])
        for point in small_order()
        for encoded in (encode(point), *written_otherwise(point))
    ],
)
def test_a_key_that_anybody_could_sign_for_lets_nobody_in(
    monkeypatch: pytest.MonkeyPatch, key: bytes
) -> None:
    """With a public key of small order, such as 64 zeros, S = 0 and a fitting R are a forgery."""
    with running(monkeypatch, key.hex()) as bot:
        for point in small_order():
            assert answer(bot, encode(point) + scalar(0)) == 401
            assert answer(bot, encode(add(base(), point)) + scalar(1)) == 401


# --- replays --------------------------------------------------------------------------------------


def test_a_replay_starts_nothing_that_is_not_started(bot: Bot) -> None:
    """Within five minutes it is what Discord's own repetition is: the same name, once more."""
    headers = signed(BODY)
    bot.starter.asked.clear()
    for _ in range(3):
        assert bot.post(BODY, headers)["statusCode"] == 200
    assert {(machine, name) for machine, name, _ in bot.starter.asked} == {bot.starter.asked[0][:2]}


@pytest.mark.parametrize(("later", "status"), [(299, 200), (301, 401), (86_400, 401)])
def test_a_replay_has_five_minutes(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, later: int, status: int
) -> None:
    headers = signed(BODY)
    clock: Any = bot.app.time
    monkeypatch.setattr(clock, "time", lambda: float(NOW + later))
    assert bot.post(BODY, headers)["statusCode"] == status


def test_a_signature_is_good_for_its_own_body_and_time_only(bot: Bot) -> None:
    headers = signed(BODY)
    other = json.dumps(command(id="1310000000000000999")).encode()
    assert bot.post(other, headers)["statusCode"] == 401
    assert bot.post(BODY, headers | {TIMESTAMP: str(NOW + 1)})["statusCode"] == 401
    assert bot.post(BODY, signed(BODY, key=SigningKey.generate()))["statusCode"] == 401


# --- headers, as API Gateway hands them over ------------------------------------------------------


@pytest.mark.parametrize("name", [SIGNATURE, TIMESTAMP])
@pytest.mark.parametrize("join", ["{0},{0}", "{0}, {0}", "{0},", ",{0}", "{0},0", "0,{0}"])
def test_a_header_that_came_twice_is_refused(bot: Bot, name: str, join: str) -> None:
    headers = signed(BODY)
    headers[name] = join.format(headers[name])
    assert bot.post(BODY, headers)["statusCode"] == 401


@pytest.mark.parametrize("good_first", [True, False])
def test_two_spellings_of_a_header_never_let_in_what_neither_would(
    bot: Bot, good_first: bool
) -> None:
    """API Gateway writes all names small; whichever of two counted, it has to hold."""
    good = signed(BODY)
    for name, bad in ((SIGNATURE, "0" * 128), (TIMESTAMP, str(NOW + 1))):
        pair = [(name, good[name]), (name.upper(), bad)]
        headers = good | dict(pair if good_first else pair[::-1])
        wrong = good | {name: bad}
        assert bot.post(BODY, headers)["statusCode"] in (200, 401)
        assert bot.post(BODY, wrong | {name.upper(): bad})["statusCode"] == 401
