"""Answer: reads what the read-only commands show. Changes nothing."""

from __future__ import annotations

from typing import Any

from adapters import aws, banners, seeds
from adapters.tables import items, ledger, players, settings
from adapters.tracing import worker
from commands import admission, registry
from commands.asked import Asked
from commands.message import Message, in_words_of, text
from gacha import player, snowflake
from gacha.game import Game

# While the function starts it has a whole processor (docs/decisions/0036-cold-start.md).
banners.load_all()
aws.early(seeds.secret, players.lowest_epoch, beside=aws.s3().connect)


@worker("answer")
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`message` is what Announce is to show, after the results in its `missed`, if there are."""
    with items.looking_once():
        return _answered(event)


def _answered(event: dict[str, Any]) -> dict[str, Any]:
    asked = Asked.read(event["interaction"])
    game = Game("") if asked.guild_id is None else settings.game(asked.guild)
    if refusal := admission.refusal(asked, game):
        outcome, message = "refused", Message(text(refusal.sentence, **refusal.values))
    else:
        outcome = "answered"
        message = Message(registry.answer(asked.command).answer(asked))
        if asked.guild_id is not None and asked.admin_id is None:
            outcome, message = _of_player(asked, message)
    return {"outcome": outcome, "message": {**message.handed_over(), **in_words_of(game)}}


def _of_player(asked: Asked, message: Message) -> tuple[str, Message]:
    """With the results that the player has not seen; outside a server nobody has any, and an admin
    who looks at somebody is not shown what that player missed. Of whoever is just being erased
    nothing is shown, for some of it is away."""
    made_ms = snowflake.created_ms(asked.interaction_id)
    # Of a newcomer nothing can have been missed but voids, which the key leads to.
    newcomer = player.newcomer(asked.player_key, asked.guild, made_ms, commitment="")
    current = players.load(asked.player_key) or newcomer
    is_erased = made_ms <= players.erased_ms(asked.player_key)
    if is_erased and not registry.definition(asked.command).is_right:
        return "refused", Message(text("erased_since"))
    missed = tuple(player.missed(ledger.with_undelivered(current), asked.interaction_id))
    return "answered", message._replace(missed=missed)
