"""The preview of a draft that compiles: made where there is memory and time for its figures."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from adapters import banners, files
from adapters.tables import settings
from commands.asked import Asked
from gacha import snowflake
from gacha.making.cards import Cards
from gacha.making.compiling import Compiled
from gacha.making.draft import Draft
from gacha.making.preview import Server, preview


def write(asked: Asked, draft: Draft, cards: Cards, made: Compiled) -> str:
    """Its hash. Beside what members pull now, and by what the server gives them. The sample is the
    same for the same draft, so that a step which runs again makes the same file."""
    offer = settings.game(asked.guild).own(draft.id)
    published = None if offer is None else banners.offered(asked.guild, offer)
    look = files.get(files.LOOKS, offer.look) if offer is not None and offer.look else None
    income = settings.economy(asked.guild).income(made.banner.price_each)
    server = Server(income, snowflake.created_ms(asked.interaction_id))
    shown = preview(draft, cards, made, server, _words(made.rules_hash), published, look)
    return files.put(files.PREVIEWS, json.dumps(shown, ensure_ascii=False).encode())


def _words(seed: str) -> Iterator[int]:
    generator = random.Random(seed)
    while True:
        yield generator.getrandbits(64)
