"""A hundred thousand generated requests: none may raise, be answered 5xx, or get in unsigned."""

from __future__ import annotations

import secrets

from tests.fuzz import endpoint

REQUESTS = 100_000


def test_nothing_makes_the_endpoint_fail() -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    answers = endpoint.run(REQUESTS, seed, endpoint.load(), print)
    assert sum(answers.values()) == REQUESTS
    # All kinds of answers are met often, or it would not be the whole handler that holds.
    for answer in ("200, type 1", "200, type 4", "200, type 5", "200, type 6", "400", "401"):
        assert answers[answer] > REQUESTS / 5_000, answers
