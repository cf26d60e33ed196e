"""What an owner looks up and undoes, in both languages, with what is refused: a member's screen, a
receipt, the week, what admins did, and the erasure of everything."""

from __future__ import annotations

import pytest

from local.client import snowflake
from local.players import World
from tests.e2e.test_looking import Reader
from tests.forms import fields, fill


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_a_member_is_helped_and_all_is_erased_but_for_a_change_of_mind(
    world: World, locale: str
) -> None:
    here = Reader(world, locale)
    sees, label = here.sees, here.label
    owner, one = here.member(), here.member()

    pulled = one.pull()
    whose = {"user": one.user_id}
    receipt = owner.manage("receipt", number=pulled.interaction["id"], **whose)
    sees(
        receipt,
        "受付番号の記録|✅ 記録済み|160|3,040|本人に表示済み",
        "What became of it|Recorded. It stands|Charged: 160|Balance afterwards: 3,040|arrived",
    )
    sees(
        owner.manage("receipt", number=snowflake(), **whose),
        "はありません|断られたコマンド",
        "has no event with receipt number|A refused command",
    )
    sees(
        owner.manage("receipt", number="12", **whose),
        "受付番号を 1 つ入力してください",
        "Please give one receipt number",
    )
    sees(owner.manage("player", **whose), "の画面|3,040", "What <@|sees|3,040")
    sees(owner.manage("stats"), "統計が無効", "keeps no statistics")

    asked = sees(
        owner.manage("reset"),
        "すべて消しますか|消えるもの|残るもの",
        "Erase all gacha data|What goes|What stays",
    )
    typed = label("確認の言葉の入力", "Type the words that confirm it")
    opened = owner.press(asked, typed)
    [word] = fields(opened)
    sees(fill(owner, opened, **{word: "消去"}), "確認の言葉が違います", "Those were not the words")
    words = label("消去 ", "erase ") + str(owner.guild_id)[-4:]
    leaving = fill(owner, owner.press(asked, typed), **{word: words})
    sees(leaving, "すべて消します|取り消せます", "will be erased|undo it")
    sees(one.use("daily"), "消去される予定", "asked to erase all gacha data")
    undo = label("取り消して再開", "Undo it, and play on")
    sees(owner.press(leaving, undo), "失われたものはありません", "nothing was lost")
    sees(owner.press(leaving, undo), "消去の予定はありません", "it was undone before")
    sees(one.use("daily"), "デイリーを受け取りました", "Daily collected")
    sees(owner.manage("log"), "消去を予約|消去を取り消し", "asked to erase|undid the erasure")


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_pages_of_the_log_and_of_a_members_history_are_turned(world: World, locale: str) -> None:
    here = Reader(world, locale)
    owner, one = here.member(), here.member()
    for number in range(1, 12):  # pages have eight, and ten with what the member began with
        world.record(owner.grant(one, 70_000 + number))
    turned = (
        (owner.manage("log"), ("古い記録へ", "Older"), ("新しい記録へ", "Newer")),
        (
            owner.manage("player", user=one.user_id),
            ("古い履歴へ", "Older"),
            ("新しい履歴へ", "Newer"),
        ),
    )
    for newest, older, newer in turned:
        here.sees(newest, "70,011", "70,011")
        assert "70,001" not in world.message(newest)
        oldest = here.sees(owner.press(newest, here.label(*older)), "70,001", "70,001")
        assert "70,011" not in world.message(oldest)
        here.sees(owner.press(oldest, here.label(*newer)), "70,011", "70,011")
