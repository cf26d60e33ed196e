"""The local cloud's players, in a world in which Discord's rules hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from local.players import Sent, World
from tests.judge import Judge


@dataclass
class JudgedWorld(World):
    """First answers are judged here; what follows, by the stand-in, which asks the same judge."""

    judge: Judge = field(kw_only=True)

    def send(self, interaction: dict[str, Any]) -> Sent:
        with self.judge.awaiting(interaction["token"]):
            sent = super().send(interaction)
            if sent.answer.status == 200:
                self.judge.answer(interaction, sent.answer.json)
        return sent
