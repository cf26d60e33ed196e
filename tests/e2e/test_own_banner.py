"""An owner's own gacha, from the file that a spreadsheet saved to what a member pulls of it."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Mapping
from typing import Any, Final

import pytest
from PIL import Image

from local.client import snowflake
from local.messages import text_of
from local.players import Player, Sent, World
from tests.uploads import Uploads

TABLE: Final = (
    ("名前", "レア度", "確率", "画像"),
    ("水無月 翠", "SSR", "3%", "翠.png"),
    ("如月 ①子", "SR", "17%", "如月.png"),  # Excel's own sign: CP932 has it, Shift_JIS does not
    ("表通りの猫", "R", "80%", "猫.png"),  # 表 ends in a backslash's byte
)
COLOURS: Final = {"翠.png": "green", "如月.png": "purple", "猫.png": "orange"}


@pytest.fixture
def owner(world: World) -> Player:
    """Of a server of its own: what is published there hides the sample from nobody else."""
    return Player(world, snowflake(), guild_id=snowflake())


@pytest.fixture
def member(world: World, owner: Player) -> Player:
    return Player(world, snowflake(), guild_id=owner.guild_id)


def test_a_shift_jis_sheet_becomes_a_members_ten_pull_with_pictures(
    world: World, uploads: Uploads, owner: Player, member: Player
) -> None:
    sheet = shift_jis(TABLE)
    file = uploads.send("夏のガチャ.zip", packed(sheet, COLOURS))
    sent = owner.manage("banner upload", files={"file": file})
    draft = answer(world, sent)
    assert "夏のガチャ" in text_of(draft)
    assert "カード 3 枚" in text_of(draft)
    print(text_of(draft))


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


def answer(world: World, sent: Sent) -> dict[str, Any]:
    """The message that the upload's two workflows end in; how far they are is said before."""
    assert sent.answer.json["type"] == 5
    deadline = time.monotonic() + 60
    while world.executions("ChangeStateMachineArn").get(sent.id, "RUNNING") == "RUNNING":
        assert time.monotonic() < deadline, f"the workshop did not hand over {sent.id}"
        time.sleep(0.1)
    message: dict[str, Any] = world.record(sent)["message"]
    return message
