"""Who sees a result: as the server and its player want it, from the first answer on; and 見せる."""

from __future__ import annotations

import re

import pytest

from commands import pull_buttons
from commands.post.texts import say as of_post
from commands.pull.texts import say as of_pull
from local.client import press, snowflake
from local.players import Player, World

PUBLIC = {"type": 5}
PRIVATE = {"type": 5, "data": {"flags": 64}}


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_a_player_who_wants_to_be_alone_is_and_shows_one_result_once(
    world: World, locale: str
) -> None:
    lang = locale[:2]
    player = Player(world, snowflake(), locale, snowflake())
    assert player.use("pull", count=1).answer.json == PUBLIC

    settings = player.use("settings")
    assert settings.answer.json == PRIVATE
    chosen = player.choose(settings, "settings:results", "private")
    assert chosen.answer.json == {"type": 6}
    assert {"ja": "自分だけに表示", "en": "Only me"}[lang] in world.message(chosen)

    alone = player.pull(10)
    assert alone.answer.json == PRIVATE
    again = player.press(alone, pull_buttons.label(1, lang, is_shared=False))
    assert again.answer.json == PRIVATE
    world.record(again)
    before = player.state["balance"], len(player.ledger)

    posted = player.press(alone, of_pull(lang, "post"))
    assert posted.answer.json == PUBLIC
    shown = world.message(posted)
    [when] = re.findall(r"^.*<t:[0-9]+:f>.*\n", shown, re.MULTILINE)  # nobody else saw it then
    assert {"ja": "に引いた結果です", "en": "Pulled <t:"}[lang] in when
    assert shown.replace(when, "", 1) == world.message(alone)
    second = player.press(alone, of_pull(lang, "post"))
    assert second.answer.json == PRIVATE
    assert of_post(lang, "posted_before") in world.message(second)
    assert (player.state["balance"], len(player.ledger)) == (before[0], before[1] + 1)

    world.record(player.choose(settings, "settings:results", "server"))
    other = player.press(posted, pull_buttons.label(1, lang, is_shared=False))
    assert other.answer.json == PUBLIC


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_a_server_that_keeps_results_private_does_so_from_its_next_command_on(
    world: World, locale: str
) -> None:
    admin = Player(world, snowflake(), locale, snowflake())
    form = admin.manage("settings")
    world.record(form)
    opened = admin.choose(form, "admin settings:pick", "display").answer.json
    assert opened["type"] == 9
    fields = {"is_public": "player", "is_compact": "no"}
    filled_in = press(form.interaction, opened["data"]["custom_id"], flags=64) | {"type": 5}
    filled_in["data"] = {
        "custom_id": opened["data"]["custom_id"],
        "components": [
            {"type": 18, "component": {"type": 3, "custom_id": name, "values": [value]}}
            for name, value in fields.items()
        ],
    }
    assert "**" in world.message(world.send(filled_in))
    member = Player(world, snowflake(), locale, admin.guild_id)
    pulled = member.pull(1)
    assert pulled.answer.json == PRIVATE
    assert member.use("daily").answer.json == PRIVATE
    posted = member.press(pulled, of_pull(locale[:2], "post"))
    assert posted.answer.json == PUBLIC
    assert member.use("settings").answer.json == PRIVATE
