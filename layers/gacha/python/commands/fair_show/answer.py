"""Where a restore closed the epoch, what the player's next change or pull will open."""

from __future__ import annotations

from adapters import seeds
from commands.asked import Asked
from commands.fair_show.show import Fair


def answer(asked: Asked) -> Fair:
    current = seeds.load_player(asked)
    if lapse := seeds.lapse(current, asked.interaction_id):
        current = lapse.after
    return {
        "kind": "fair",
        "epoch": current.epoch,
        "nonce": current.nonce,
        "commitment": current.commitment,
        "next": seeds.commitment(current.user_id, current.epoch + 1),
        "client_seed": current.client_seed,
        "last": current.last_receipt,
    }
