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
from tests.conftest import ROOT
from tests.uploads import Uploads

TABLE: Final = (
    ("名前", "レア度", "確率", "画像"),
    ("水無月 翠", "SSR", "3%", "翠.png"),
    ("如月 ①子", "SR", "17%", "如月.png"),  # Excel's own sign: CP932 has it, Shift_JIS does not
    ("表通りの猫", "R", "80%", "猫.png"),  # 表 ends in a backslash's byte
)
COLOURS: Final = {"翠.png": "green", "如月.png": "purple", "猫.png": "orange"}
GALLERY: Final = 12
RULES: Final[dict[str, dict[str, Any]]] = {
    "ja": {
        "drafted": "**特許スカウト**（b1）：カード 21 枚",
        "steps": ("プレビュー", "公開"),
        "preview": (
            "0.8\u00a0%（天井・確定を含めて長く引くと 1.8553\u00a0%）",
            "確定：120 回",
            "★6（ピックアップ）",
        ),
        "published": ("**特許スカウト**", "を公開しました"),
        "rates": (
            "66 回目：5.8\u00a0% → 67 回目：10.8\u00a0% → … → 80 回目：100\u00a0%",
            "ピックアップになる確率：50\u00a0%",
            "総合 1.8553\u00a0%",
            "回以内に「★6 1番」が必ず出ます（1 回限り）",
        ),
    },
    "en-US": {
        "drafted": "**Chartered headhunting** (b1): 21 cards",
        "steps": ("Preview", "Publish"),
        "preview": (
            "0.8\u00a0% (1.8553\u00a0% in the long run, with pity and all guarantees)",
            "guaranteed: 120",
            "6★, featured",
        ),
        "published": ("**Chartered headhunting**", "is published"),
        "rates": (
            "From pull 66 after your last 6★: 5.8\u00a0% → pull 67: 10.8\u00a0% → … → pull 80: 100",
            "Chance to be featured: 50\u00a0%",
            "overall 1.8553\u00a0%",
            "6★ no. 1 guaranteed within",
        ),
    },
}
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
    assert "引いたときの見え方" in world.message(owner.press(preview, "引いたときの見え方"))
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


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_a_file_with_rules_beyond_the_sheet_becomes_a_members_ten_pull(
    world: World, uploads: Uploads, locale: str
) -> None:
    """A ramp, a promise and points that go on: nothing of that has a column or a field."""
    said = RULES[locale]
    owner = Player(world, snowflake(), locale, guild_id=snowflake())
    content = (ROOT / "tests/banners/endfield.toml").read_bytes()
    uploaded = owner.manage("banner upload", {"file": uploads.send("endfield.toml", content)})
    assert said["drafted"] in text_of(answer(world, uploaded))
    preview = owner.press(uploaded, said["steps"][0])
    published = owner.press(preview, said["steps"][1])
    for sent, key in ((preview, "preview"), (published, "published")):
        for part in said[key]:
            assert part in world.message(sent), (part, world.message(sent))

    member = Player(world, snowflake(), locale, guild_id=owner.guild_id)
    world.record(owner.grant(member, 5_000))
    pulled = member.pull(10)
    assert said["published"][0].strip("*") in world.message(pulled)
    for part in said["rates"]:
        assert part in world.message(member.use("rates")), part
    world.message(member.use("fair rotate"))
    is_whole, found = audit()
    assert is_whole, found


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
    assert sent.answer.json["type"] in (5, 6), sent.answer.json
    deadline = time.monotonic() + 60
    while world.executions("ChangeStateMachineArn").get(sent.id, "RUNNING") == "RUNNING":
        assert time.monotonic() < deadline, f"the workshop did not hand over {sent.id}"
        time.sleep(0.1)
    message: dict[str, Any] = world.record(sent)["message"]
    return message
