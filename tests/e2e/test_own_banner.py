"""An owner's own gacha, from the file that a spreadsheet saved to what a member pulls of it."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from collections.abc import Mapping
from typing import Any, Final

import pytest
import requests
from PIL import Image

from adapters import files
from local.client import snowflake
from local.messages import components, text_of
from local.players import Player, Sent, World
from local.playground.experiments import audit
from tests.uploads import Uploads

TABLE: Final = (
    ("名前", "レア度", "確率", "画像"),
    ("水無月 翠", "SSR", "3%", "翠.png"),
    ("如月 ①子", "SR", "17%", "如月.png"),  # Excel's own sign: CP932 has it, Shift_JIS does not
    ("表通りの猫", "R", "80%", "猫.png"),  # 表 ends in a backslash's byte
)
COLOURS: Final = {"翠.png": "green", "如月.png": "purple", "猫.png": "orange"}
GALLERY: Final = 12
IS_LAID_OUT: Final = 1 << 15


@pytest.fixture
def owner(world: World) -> Player:
    """Of a server of its own: what is published there hides the sample from nobody else."""
    return Player(world, snowflake(), guild_id=snowflake())


@pytest.mark.usefixtures("published")
def test_a_shift_jis_sheet_becomes_a_draft_with_pictures(
    world: World, uploads: Uploads, owner: Player
) -> None:
    file = uploads.send("夏のガチャ.zip", packed(shift_jis(TABLE), COLOURS))
    sent = owner.manage("banner upload", {"file": file})
    message = answer(world, sent)
    assert "**夏のガチャ**（b1）：カード 3 枚、今回の画像 3 枚" in text_of(message)
    assert "確率は揃っています" in text_of(message)
    pictures = arts(world, owner.guild_id, "draft#b1")
    assert len(pictures) == 3
    for art in pictures:
        fetched = requests.get(f"http://127.0.0.1:{world.stack.port}/art/{art}", timeout=30)
        assert (fetched.status_code, fetched.headers["content-type"]) == (200, "image/webp")
        with Image.open(io.BytesIO(fetched.content)) as picture:
            assert picture.size == (640, 960)
    [change] = world.rows("HistoryTable", f"server@{owner.guild_id}")
    assert (change["kind"], change["by"], change["cards"]) == ("upload", owner.user_id, 3)
    is_whole, said = audit()
    assert is_whole, said


@pytest.mark.usefixtures("published")
def test_a_shift_jis_sheet_becomes_a_members_ten_pull_with_pictures(
    world: World, uploads: Uploads, owner: Player
) -> None:
    file = uploads.send("夏のガチャ.zip", packed(shift_jis(TABLE), COLOURS))
    uploaded = owner.manage("banner upload", {"file": file})
    answer(world, uploaded)
    preview = owner.press(uploaded, "プレビュー")
    for expected in (
        "**SSR** 3\N{NO-BREAK SPACE}%",
        "**R** 80\N{NO-BREAK SPACE}%",
    ):
        assert expected in world.message(preview)
    assert "10 連の見え方" in world.message(owner.press(preview, "10 連の見え方"))
    asked = owner.press(preview, "公開")
    assert "画像を使う権利" in world.message(asked)
    published = owner.press(asked, "確認して公開する")
    assert "**夏のガチャ** を公開しました" in world.message(published)

    member = Player(world, snowflake(), guild_id=owner.guild_id)
    result = world.record(member.pull(10))["message"]
    assert result["flags"] & IS_LAID_OUT and "### 夏のガチャ" in text_of(result)
    [gallery] = [each for each in components(result["components"]) if each["type"] == GALLERY]
    assert len(gallery["items"]) == 10
    for item in gallery["items"]:
        fetched = requests.get(item["media"]["url"], timeout=30)
        assert (fetched.status_code, fetched.headers["content-type"]) == (200, "image/webp")
    is_whole, said = audit()
    assert is_whole, said


# --- what the sentence is made of -----------------------------------------------------------------


def shift_jis(table: tuple[tuple[str, ...], ...]) -> bytes:
    """As Excel in Japan saves CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode("cp932")


def packed(sheet: bytes, pictures: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("カード.csv", sheet)
        for name, colour in pictures.items():
            archive.writestr(name, picture(colour))
    return content.getvalue()


def picture(colour: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (640, 960), colour).save(content, "PNG")
    return content.getvalue()


def arts(world: World, guild_id: str, setting: str) -> list[str]:
    """The pictures of the cards of what a setting points to."""
    row = world.stack.client("dynamodb").get_item(
        TableName=world.stack.outputs["SettingsTable"],
        Key={"server_id": {"S": guild_id}, "setting": {"S": setting}},
    )["Item"]
    key = files.LOOKS.key(row["look"]["S"])
    s3, bucket = world.stack.client("s3"), world.stack.outputs["Bucket"]
    look = json.load(s3.get_object(Bucket=bucket, Key=key)["Body"])
    return list(look["cards"].values())


def answer(world: World, sent: Sent) -> dict[str, Any]:
    """The message that the upload's two workflows end in; how far they are is said before."""
    assert sent.answer.json["type"] == 5
    deadline = time.monotonic() + 60
    while world.executions("ChangeStateMachineArn").get(sent.id, "RUNNING") == "RUNNING":
        assert time.monotonic() < deadline, f"the workshop did not hand over {sent.id}"
        time.sleep(0.1)
    message: dict[str, Any] = world.record(sent)["message"]
    return message
