"""Seals interaction tokens, so that a workflow's input, output and logs can be kept whole.

Who holds the public key can seal and not open: `functions/interactions` seals, Announce opens
(docs/decisions/0011-sealed-token.md). Sealing the same token twice gives other bytes.
"""

from __future__ import annotations

import base64
import hashlib

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox


def private_key(secret: str) -> PrivateKey:
    """The one private key that follows from the stack's sealing secret."""
    return PrivateKey(hashlib.sha256(secret.encode()).digest())


def public_key(hexadecimal: str) -> PublicKey:
    """The key in the form that the stack hands around; ValueError if it is not 64 hex digits."""
    return PublicKey(bytes.fromhex(hexadecimal))


def seal(key: PublicKey, token: str) -> str:
    """The token for the eyes of the private key's holder, in base64."""
    return base64.b64encode(SealedBox(key).encrypt(token.encode())).decode()


def unseal(key: PrivateKey, sealed: str) -> str | None:
    """The token, or None if it was not sealed for this key, or was damaged since."""
    try:
        return SealedBox(key).decrypt(base64.b64decode(sealed, validate=True)).decode()
    except (CryptoError, ValueError):
        return None
