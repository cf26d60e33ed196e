"""A picture that has to go: members report it, an admin looks and removes it, the operator too."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
import requests
from PIL import Image

from local.client import press, snowflake
from local.messages import components, text_of
from local.players import Player, Sent, World
from local.playground.experiments import audit
from scripts import pictures
from scripts.stack import Deployment
from tests.e2e.test_own_banner import TABLE, answer, arts, packed, shift_jis
from tests.uploads import Uploads

FORM = 5
# The server's language, which its owner's first publication settled, whoever reports.
REPORT = "この画像を通報"
REPORTED = "の画像を通報しました"
AGAIN = "すでに通報済みです"
COLOURS = {"翠.png": "teal", "如月.png": "navy", "猫.png": "darkorange"}
"""No other test's: what another server has, too, would stay in the bucket."""


@pytest.mark.usefixtures("published")
def test_three_members_hide_a_picture_and_an_admin_removes_it_for_good(
    world: World,
    uploads: Uploads,
    deployment: Deployment,
    capsys: pytest.CaptureFixture[str],
) -> None:
    owner = Player(world, snowflake(), guild_id=snowflake())
    publish(world, uploads, owner)
    [cat] = [each for each in arts(world, owner.guild_id, "draft#b1") if shows_cat(world, each)]

    for number, locale in enumerate(("ja", "en-US", "ja")):
        member = Player(world, snowflake(), locale, owner.guild_id)
        sent = member.use("card", name="猫")
        assert cat in str(world.record(sent)["message"])
        said = text_of(answer(world, report(world, member, sent)))
        assert REPORTED in said
        assert ("管理者が確認するまで" in said) == (number == 2)
        if number < 2:
            twice = text_of(answer(world, report(world, member, sent)))
            assert AGAIN in twice
            assert cat in asked_for(world, member)
    assert cat not in asked_for(world, member)
    hidden = member.use("card", name="猫")
    assert cat not in str(world.record(hidden)["message"])

    listed = owner.manage("card picture")
    assert "表示を停止中" in world.message(listed)
    number = TABLE.index(TABLE[-1]) + 100  # the third card
    page = owner.choose(listed, "admin card picture:open", str(number))
    assert cat in str(world.record(page)["message"])
    asked = owner.press(page, "画像を削除")
    assert "元には戻せません" in world.message(asked)
    removed = owner.press(asked, "画像を削除")
    assert "の画像を削除しました" in ended(world, removed)
    assert fetched(world, cat) == 404

    file = uploads.send("また.zip", packed(shift_jis(TABLE), COLOURS))
    again = answer(world, owner.manage("banner upload", {"file": file}))
    assert "前に削除された" in text_of(again)
    pictures.listed(deployment, owner.guild_id, "")
    assert f"{cat}  removed" in capsys.readouterr().out
    log = world.message(owner.manage("log"))
    assert "画像を削除しました" in log and "3 人に通報され" in log
    is_whole, found = audit()
    assert is_whole, found


def asked_for(world: World, member: Player) -> str:
    """What the shop asks of somebody who wants the cat."""
    shop = member.use("shop")
    [number] = [
        option["value"]
        for each in components(world.record(shop)["message"]["components"])
        for option in each.get("options", ())
        if "猫" in option["label"]
    ]
    return str(world.record(member.choose(shop, "shop:card:b1:0", number))["message"])


def publish(world: World, uploads: Uploads, owner: Player) -> None:
    file = uploads.send("夏のガチャ.zip", packed(shift_jis(TABLE), COLOURS))
    uploaded = owner.manage("banner upload", {"file": file})
    answer(world, uploaded)
    asked = owner.press(owner.press(uploaded, "プレビュー"), "公開")
    published = owner.press(asked, "確認して公開する")
    assert "を公開しました" in world.message(published)
    # What is new is shown once to who published it, below.
    deadline = time.monotonic() + 20
    while not (follow_ups := world.record(published)["followups"]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    [follow_up] = follow_ups
    assert len([each for each in components(follow_up["components"]) if each["type"] == 12]) == 1


def report(world: World, member: Player, sent: Sent) -> Sent:
    """Press the button below a card, and send the form that it opens."""
    opened = member.press(sent, REPORT)
    modal: dict[str, Any] = opened.answer.json
    assert modal["type"] == 9
    form = press(sent.interaction, modal["data"]["custom_id"], member.user_id, flags=64)
    reason = {"type": 4, "custom_id": "reason", "value": "私の写真です"}
    components_ = [{"type": 18, "component": reason}]
    form |= {"type": FORM, "locale": member.locale}
    form["data"] = {"custom_id": modal["data"]["custom_id"], "components": components_}
    return world.send(form)


def ended(world: World, sent: Sent) -> str:
    """What a press comes to that the workshop works off first."""
    deadline = time.monotonic() + 60
    while world.executions("ChangeStateMachineArn").get(sent.id, "RUNNING") == "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return world.message(sent)


def fetched(world: World, art: str) -> int:
    return requests.get(f"http://127.0.0.1:{world.stack.port}/art/{art}", timeout=30).status_code


def shows_cat(world: World, art: str) -> bool:
    """Whether it is the orange one."""
    response = requests.get(f"http://127.0.0.1:{world.stack.port}/art/{art}", timeout=30)
    with Image.open(io.BytesIO(response.content)) as picture:
        red, green, blue = picture.convert("RGB").getpixel((10, 10))  # type: ignore[misc]
    return red > 200 and 100 < green < 220 and blue < 80
