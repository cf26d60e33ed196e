"""What was sealed for this stack (`adapters.sealing`), opened: interaction tokens by Announce, and
codes by Plan."""

from __future__ import annotations

import os
from functools import cache

from nacl.public import PrivateKey

from adapters import sealing, secrets


@cache
def private_key() -> PrivateKey:
    """Read once by a running function."""
    return sealing.private_key(secrets.read(os.environ["SEALING_SECRET_ARN"]))


def unsealed(text: str) -> str | None:
    """The text, or None if it was not sealed for this stack."""
    return sealing.unseal(private_key(), text)


def sealed(text: str) -> str:
    """What a state may hold of a secret that Announce is to show."""
    return sealing.seal(private_key().public_key, text)
