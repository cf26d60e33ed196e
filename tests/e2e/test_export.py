"""A banner with pictures from one server into another, as two owners do it: nothing but files."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any, Final

import pytest
import requests
from PIL import Image

from local.client import snowflake
from local.messages import components, text_of
from local.players import Player, World
from local.playground.experiments import audit
from tests.e2e.test_own_banner import GALLERY, answer, arts
from tests.uploads import Uploads

CARDS: Final = ("'=cmd|' /C calc'!A0", "水無月 翠", "猫🐈\u3000ねこ")
WORDS: Final = {
    "ja": ("画像 3 枚", "カード 3 枚", "プレビュー", "公開", "確認して公開する"),
    "en-US": ("3 pictures", "3 cards", "Preview", "Publish", "Confirm and publish"),
}


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("locale", WORDS)
def test_a_banner_with_pictures_is_pulled_in_another_server(
    world: World, uploads: Uploads, locale: str
) -> None:
    has, counts, preview, publish, confirm = WORDS[locale]
    here = Player(world, snowflake(), locale, guild_id=snowflake())
    there = Player(world, snowflake(), locale, guild_id=snowflake())
    answer(world, here.manage("banner upload", {"file": uploads.send("夏祭り.zip", packed())}))
    exported = answer(world, here.manage("banner export"))
    assert has in text_of(exported)
    [file] = exported["attachments"]
    part = base64.b64decode(file["base64"])
    assert file["filename"] == "b1-1-of-1.zip" and len(part) < 9 * 2**20

    imported = there.manage("banner upload", {"file": uploads.send("b1-1-of-1.zip", part)})
    taken = text_of(answer(world, imported))
    assert "夏祭り" in taken and counts in taken
    assert arts(world, there.guild_id, "draft#b1") == arts(world, here.guild_id, "draft#b1")
    asked = there.press(there.press(imported, preview), publish)
    assert "夏祭り" in world.message(there.press(asked, confirm))

    member = Player(world, snowflake(), locale, guild_id=there.guild_id)
    result = world.record(member.pull(10))["message"]
    [gallery] = [each for each in components(result["components"]) if each["type"] == GALLERY]
    assert len(gallery["items"]) == 10
    fetched = requests.get(gallery["items"][0]["media"]["url"], timeout=30)
    assert (fetched.status_code, fetched.headers["content-type"]) == (200, "image/webp")
    again = answer(world, there.manage("banner export"))
    assert again["attachments"][0]["base64"] == file["base64"]
    is_whole, said = audit()
    assert is_whole, said


def packed() -> bytes:
    lines = ["名前,レア度,画像,設定,値"]
    rules = ("ルール,天井", "レアリティ,SSR 3%", "レアリティ,R 97%")
    for at, (name, rule) in enumerate(zip(CARDS, rules, strict=True)):
        lines.append(f"{name},{'SSR' if at == 0 else 'R'},{at}.png,{rule}")
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("cards.csv", "\n".join(lines).encode())
        for at, colour in enumerate(("green", "purple", "orange")):
            archive.writestr(f"{at}.png", picture(colour))
    return output.getvalue()


def picture(colour: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (640, 960), colour).save(content, "PNG")
    return content.getvalue()


def template(world: World, owner: Player, **options: Any) -> bytes:
    message = world.record(owner.manage("banner template", **options))["message"]
    [file] = message["attachments"]
    return base64.b64decode(file["base64"])


@pytest.mark.parametrize("locale", WORDS)
def test_a_template_comes_back_as_a_draft(world: World, uploads: Uploads, locale: str) -> None:
    owner = Player(world, snowflake(), locale, guild_id=snowflake())
    book = template(world, owner, rules="ceiling")
    assert book.startswith(b"PK")
    message = answer(world, owner.manage("banner upload", {"file": uploads.send("a.xlsx", book)}))
    assert "b1" in text_of(message)


def test_a_card_is_edited_in_a_form_that_shows_what_it_is(world: World, uploads: Uploads) -> None:
    """The form is a first answer, which reads the draft and the server's cards itself."""
    owner = Player(world, snowflake(), guild_id=snowflake())
    answer(world, owner.manage("banner upload", {"file": uploads.send("夏祭り.zip", packed())}))
    opened = owner.manage("card edit", card="翠").answer.json
    assert opened["type"] == 9, opened
    shown = {
        each["component"]["custom_id"]: each["component"].get("value")
        for each in opened["data"]["components"]
    }
    assert (shown["name"], shown["weight"]) == ("水無月 翠", "1")
    assert opened["data"]["custom_id"].startswith("admin card edit:form:b1:102:")
