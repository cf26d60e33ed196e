"""The random words behind every draw: HMACs that a player can replay once the seed is revealed.

    server_seed = HMAC-SHA256(secret, "<player key>|<epoch>")
    commitment  = SHA-256(server_seed), published before any draw of the epoch
    word        = the first 8 bytes, big-endian, of
                  HMAC-SHA256(server_seed, "v1|<client_seed>|<nonce>|<cursor>")

The nonce counts the player's draws in the epoch without gaps (a ten-pull moves it by ten), so how
draws are batched into pulls cannot change a word. The cursor counts the words of one draw: it is 0
unless the engine rejected a word to stay unbiased.
"""

from __future__ import annotations

import hashlib
import hmac


def server_seed(secret: bytes, player_key: str, epoch: int) -> bytes:
    """The 32-byte seed of one player's epoch. Never stored, logged or shown before rotation."""
    return hmac.digest(secret, f"{player_key}|{epoch}".encode(), "sha256")


def commitment(seed: bytes) -> str:
    """What is published of a seed beforehand: its SHA-256, in hexadecimal."""
    return hashlib.sha256(seed).hexdigest()


def word(seed: bytes, client_seed: str, nonce: int | str, cursor: int) -> int:
    """One unsigned 64-bit random word. `nonce` has `|pack` behind it where the word chooses which
    whole-pack table holds in the multi-pull that begins with that draw."""
    block = hmac.digest(seed, f"v1|{client_seed}|{nonce}|{cursor}".encode(), "sha256")
    return int.from_bytes(block[:8], "big")
