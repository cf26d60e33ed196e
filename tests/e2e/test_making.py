"""An owner's forms, each of them and in both languages: every kind of rules, cards and pictures,
what is done with a banner, its panel; and what a member sees of all that."""

from __future__ import annotations

import time
from typing import Any, Final

import pytest

from local.messages import components, text_of
from local.players import LAID_OUT, Player, Sent, World
from tests.e2e.test_choosing import TOML
from tests.e2e.test_looking import Reader
from tests.e2e.test_own_banner import answer, arts, picture
from tests.forms import File, fill, shown
from tests.uploads import Uploads

PRIVATE: Final = {"type": 5, "data": {"flags": 64}}
UPDATE: Final = {"type": 6}
GALLERY: Final = 12

KINDS: Final[dict[str, tuple[tuple[str, str], dict[str, str], dict[str, str], str, str]]] = {
    "ceiling": (
        ("天井・交換", "Pity, exchange"),
        {"ceiling": "100", "of": "none", "least": "none", "exchange": ""},
        {"ceiling": "80", "of": "SSR", "least": "SR", "exchange": "100"},
        "確定するか）：80|対象になるレアリティ：SSR|確定するレアリティ：SR|必要なポイント：100",
        "on pull number: 80|this is about: SSR|every multi-pull: SR|for an exchange: 100",
    ),
    "simple": (
        ("10 連の保証・交換", "Guarantee, exchange"),
        {"least": "SR", "exchange": "100"},
        {"least": "none", "exchange": "50"},
        "ルール**：確率のみ|確定するレアリティ：なし|必要なポイント：50",
        "Rules**: Rates only|every multi-pull: none|for an exchange: 50",
    ),
    "rate-up": (
        ("ピックアップ・天井・交換", "Featured, pity, exchange"),
        {"share": "50%", "guarantee": "1", "exchange": "50", "ceiling": "80", "least": "none"},
        {"share": "４０％", "guarantee": "2", "exchange": "60", "ceiling": "70", "least": "SR"},
        "出る割合：40%|次が確定か：2|必要なポイント：60|確定するか）：70",
        "featured cards: 40%|next is featured: 2|for an exchange: 60|on pull number: 70",
    ),
    "step-up": (
        ("ステップの値段", "Prices of the steps"),
        {
            "steps": "800 / 1600 / 1600 / 1600 / 1600",
            "repeat": "again",
            "of": "SSR",
            "exchange": "60",
        },
        {"steps": "800 / 1200", "repeat": "last", "of": "SR", "exchange": ""},
        "10 連の値段：800 / 1200|最後のステップを繰り返す|対象になるレアリティ：SR",
        "at each step: 800 / 1200|Repeat the last one|this is about: SR",
    ),
    "box": (
        ("箱のリセット", "Refilling the box"),
        {"refill": "all"},
        {"refill": "top"},
        "- SSR\n- SR\n- R\n|リセットする時：最高レアリティが出切ったら",
        "- SSR\n- SR\n- R\n|filled again: When its highest rarity is out",
    ),
}
"""Of each kind of rules: its button, what its form opens with, what is typed, what is answered."""


class Maker(Reader):
    """One server, whose owner and editors speak one language."""

    def drafted(self, sent: Sent, japanese: str = "", english: str = "") -> Sent:
        """What comes of a change of a draft, once the workshop has worked it off."""
        text = text_of(answer(self.world, sent))
        for part in (japanese if self.locale == "ja" else english).split("|"):
            assert part in text, (part, text)
        return sent

    def opened(self, who: Player, banner: str = "b1") -> Sent:
        """The banner's page, from the list."""
        listed = who.manage("banner list")
        self.world.record(listed)
        chosen = who.choose(listed, "admin banner list:pick", banner)
        self.world.record(chosen)
        return chosen

    def step(self, who: Player, sent: Sent, label: tuple[str, str], *words: str) -> Sent:
        pressed = who.press(sent, self.label(*label))
        self.world.record(pressed)
        return self.sees(pressed, *words) if words else pressed

    def published(self, who: Player, uploads: Uploads) -> Sent:
        """A banner of two cards with an exchange, by its file."""
        sent = who.manage("banner upload", {"file": uploads.send("summer.toml", TOML.encode())})
        self.drafted(sent)
        return self.publish(who, sent)

    def publish(self, who: Player, draft: Sent) -> Sent:
        preview = self.step(who, draft, ("プレビュー", "Preview"))
        return self.step(who, preview, ("公開", "Publish"))


def colours(uploads: Uploads, *names: str) -> list[File]:
    return [uploads.send(f"{name}.png", picture(name)) for name in names]


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_every_kind_of_rules_is_typed_into_forms(world: World, locale: str) -> None:
    here = Maker(world, locale)
    owner, label = here.member(), here.label
    form = owner.manage("banner new")
    rest = label("残り", "rest")
    assert shown(form) == {
        "name": "", "rarities": f"SSR 3%\nSR 12%\nR {rest}", "kind": "ceiling", "prices": "",
        "period": "",
    }  # fmt: skip
    typed = {"name": "冬・Winter", "rarities": "SSR 3%\nSR 12 ％\nR 1.2.3%", "prices": "160／1600"}
    refused = fill(owner, form, **typed)
    here.drafted(refused, "3 行目|確率として読めません", "line 3|is not a rate")
    again = owner.press(refused, label("入力を修正", "Correct it"))
    assert shown(again) == {**shown(form), **typed}
    period = label("2031年1月1日0時〜1月31日", "Jan 1 2031 0:00 – 1/31")
    made = fill(owner, again, rarities="SSR 3%\nSR 12 ％\nR 80%", period=period)
    here.drafted(
        made,
        "約 33 回に 1 回|合計 **95\u00a0%**|1 回 160／10 連 1,600|<t:1924959600",
        "about 1 in 33|In all **95\u00a0%**|160 for 1, 1,600 for 10|<t:1924992000",
    )
    draft = owner.press(made, label("残りを一番低いレアリティに", "Give the rest to the lowest"))
    here.drafted(draft, "R：85\u00a0%", "R: 85\u00a0%")
    kind_before = "ceiling"
    for kind, (button, before, after, *words) in KINDS.items():
        basics = owner.press(draft, label("基本設定を編集", "Edit basics"))
        prices = "160" if kind_before == "step-up" else "160 / 1600"  # each step has its own for 10
        assert shown(basics)["name"] == "冬・Winter" and shown(basics)["prices"] == prices
        without_rates = {"rarities": "SSR\nSR\nR"} if kind == "box" else {}
        draft = fill(owner, basics, kind=kind, prices="160 / 1600", **without_rates)
        kind_before = kind
        here.drafted(draft)
        numbers = owner.press(draft, label(*button))
        assert shown(numbers) == before, kind
        draft = fill(owner, numbers, **after)
        here.drafted(draft, *words)


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_every_form_of_cards_and_looks_and_what_members_see(
    world: World, uploads: Uploads, locale: str
) -> None:
    here = Maker(world, locale)
    owner, editor, member = here.member(), here.member(), here.member()
    label, drafted = here.label, here.drafted
    form = owner.manage("banner new")
    made = fill(owner, form, name="クリスマス", kind="simple", rarities="SSR 60%\nSR 30%\nR 10%")
    drafted(made, "カードがまだありません", "There are no cards yet")
    one = owner.press(made, label("カードを 1 枚追加", "Add a card"))
    assert shown(one) == {"name": "", "rarity": "", "weight": "", "featured": "no"}
    added = fill(owner, one, *colours(uploads, "red"), name="リリィ", rarity="SSR")
    drafted(
        added, "カードを 1 枚追加|「SR」のカードがありません", "1 card added|of the rarity “SR”"
    )
    several = owner.press(added, label("まとめて追加", "Add several"))
    typed = {"cards": "ミラ, SR\nノア, どこか"}
    refused = fill(owner, several, *colours(uploads, "blue", "lime"), **typed)
    drafted(refused, "2 行目・レアリティ|SSR、SR、R", "line 2, rarity|SSR, SR, R")
    again = owner.press(refused, label("入力を修正", "Correct it"))
    assert shown(again) == typed
    added = fill(owner, again, cards="ミラ, SR\nノア, R")  # its pictures are kept
    drafted(added, "公開の準備ができています", "It can be published")
    shards = owner.press(added, label("かけらの数", "Amounts of shards"))
    assert shown(shards) == {"shards": ""}
    drafted(fill(owner, shards, shards="SSR 30 300"), "- SSR 30 300", "- SSR 30 300")
    look = owner.press(added, label("画像・説明・色", "Picture, words, colours"))
    assert shown(look) == {"description": "", "looks": ""}
    looked = {"description": "**冬**だけ", "looks": "SSR 🎄 #AA0000"}
    drafted(fill(owner, look, *colours(uploads, "gold"), **looked), "ガチャの画像", "its picture")

    pasted = editor.manage("banner paste", banner="クリスマス")
    rows = "名前\tレアリティ\t重み\nユキ\tR\t3"
    drafted(fill(editor, pasted, rows=rows), "カードを 1 枚追加", "1 card added")
    edit = editor.manage("card edit", card="ゆき")
    assert shown(edit) == {"name": "ユキ", "rarity": "R", "weight": "3", "featured": "no"}
    snow = colours(uploads, label("snow", "ghostwhite"))  # removed below, for good, everywhere
    edited = fill(editor, edit, *snow, name="雪", rarity="SR", weight="2%")
    drafted(
        edited,
        "「ユキ」を「雪」に変更|にだけ確率があり",
        "“ユキ” is now “雪”|has a rate of its own",
    )
    edit = editor.manage("card edit", card="雪")
    assert shown(edit) == {"name": "雪", "rarity": "SR", "weight": "2%", "featured": "no"}
    drafted(fill(editor, edit, weight="1"), "公開の準備ができています", "It can be published")
    pictures = editor.manage("card edit")
    assert shown(pictures) == {"cards": ""}
    typed_files = colours(uploads, "navy", "olive")
    draft = drafted(fill(editor, pictures, *typed_files, cards="ノア\n101"), "2 枚更新", "2 cards")

    preview = here.step(editor, draft, ("プレビュー", "Preview"), "SSR** 60", "SSR** 60")
    sample = here.step(
        editor,
        preview,
        ("引いたときの見え方", "See a pull"),
        f"<@{editor.user_id}> の結果",
        f"Pulled by <@{editor.user_id}>",
    )
    preview = here.step(editor, sample, ("プレビューへ", "To the preview"))
    new = here.step(editor, preview, ("新しい画像（5 枚）", "5 new pictures"))
    assert len(galleries(world, new)) == 5
    asked = here.step(
        editor,
        here.step(editor, new, ("プレビューへ", "To the preview")),
        ("公開", "Publish"),
        "画像を使う権利|成人向け|未成年",
        "right to use them|adult content|minors",
    )
    here.step(
        editor, asked, ("確認して公開する", "Confirm and publish"), "を公開しました", "is published"
    )

    banners = here.sees(member.use("banners"), "クリスマス", "クリスマス")
    assert "/art/" in world.record(banners)["message"]["embeds"][0]["image"]["url"]
    card = here.sees(member.use("card", name="雪"), "15\u00a0%", "15\u00a0%")
    assert len(galleries(world, card)) == 1
    form = member.press(card, label("この画像を通報", "Report this picture"))
    assert shown(form) == {"reason": ""}
    reported = fill(member, form, reason="私の絵です")
    here.drafted(reported, "「雪」の画像を通報しました", "reported the picture of “雪”")
    listed = here.member().manage("card picture")
    here.sees(listed, "雪（No. 104）：通報 1 件", "雪 (No. 104): 1 report")
    four = arts(world, here.guild_id, "draft#b1")
    assert len(set(four)) == 4
    pulled = member.pull(10)
    gallery = galleries(world, pulled)
    assert len(gallery) == 10
    assert {each.rpartition("/")[2].partition(".")[0] for each in gallery} <= set(four)
    world.record(member.grant(member, 5_000))
    while "🎄" not in world.message(pulled) and member.state["balance"] >= 1_600:
        pulled = member.pull(10)
    assert "🎄 SSR **リリィ**" in world.message(pulled)
    shop = here.sees(member.use("shop"), "かけら：**", "Shards: **")
    assert "300" in str(world.record(shop)["message"]["components"])

    manager = here.member()
    listed = manager.manage("card picture")
    world.record(listed)
    page = manager.choose(listed, "admin card picture:open", "104")
    here.sees(page, "まだ確認されていません", "not looked at yet")
    kept = manager.press(page, label("問題なし", "It is all right"))
    here.drafted(kept, "「雪」の画像をまた表示します", "picture of “雪” is shown again")
    page = manager.manage("card picture", card="雪")
    remove = ("画像を削除", "Remove the picture")
    asked = here.step(manager, page, remove, "元には戻せません", "cannot be undone")
    removed = manager.press(asked, label(*remove))
    here.drafted(removed, "「雪」の画像を削除しました", "picture of “雪” is removed")
    assert galleries(world, member.use("card", name="雪")) == []


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_everything_that_is_done_with_a_banner(world: World, uploads: Uploads, locale: str) -> None:
    here = Maker(world, locale)
    label, step = here.label, here.step
    here.published(here.member(), uploads)
    here.published(here.member(), uploads)
    owner, member = here.member(), here.member()
    summer = ("夏のガチャ", "Summer")

    page = here.opened(owner, "b2")
    step(owner, page, ("標準に設定", "Make default"), "を標準にしました", "is the default")
    step(owner, page, ("上へ", "Move up"), "並び順を 1／2", "now in place 1 of 2")
    page = here.opened(owner, "b2")
    step(owner, page, ("下へ", "Move down"), "並び順を 2／2", "now in place 2 of 2")
    dates = owner.press(page, label("日程を変更", "Change dates"))
    assert shown(dates) == {"starts": "", "ends": ""}
    refused = fill(owner, dates, starts="2031/1/1", ends="いつか")
    here.sees(refused, "「いつか」は日時として", "“いつか” is not a date")
    again = owner.press(refused, label("日程を入力", "Enter dates"))
    assert shown(again) == {"starts": "2031/1/1", "ends": "いつか"}
    dated = fill(owner, again, starts="", ends="2031/12/31 23:59")
    here.sees(dated, "日程を変更しました|まで", "dates of|until <t:19")
    here.sees(member.use("banners"), "<t:195", "<t:195")

    asked = step(owner, page, ("非表示に設定", "Hide"), "非表示にしますか", "Hide **")
    step(owner, asked, ("非表示にする", "Hide it"), "見えず、引けません", "cannot pull it")
    one = member.use("banners")
    assert world.message(one).count(label(*summer)) == 1
    page = here.opened(owner, "b2")
    step(owner, page, ("再表示", "Show"), "を表示しました", "is shown again")
    ask = ("今すぐ終了しますか|終了の 7 日後", "End **|for 7 more days")
    asked = step(owner, page, ("今すぐ終了", "End now"), *ask)
    ended = ("もう引けません|終了の 7 日後", "no longer pull it|for 7 more days")
    page = step(owner, asked, ("今すぐ終了する", "End it now"), *ended)

    other = here.member()
    page = here.opened(other, "b2")
    dates = other.press(page, label("再開催", "Run again"))
    assert shown(dates) == {"starts": "", "ends": ""}
    here.sees(fill(other, dates), "を再開催します|続きから", "runs again|go on")
    cards = other.press(here.opened(other, "b2"), label("カードを追加", "Add cards"))
    added = here.drafted(fill(other, cards, cards="鯨, R"), "1 枚追加", "1 card added")
    published = here.publish(other, added)
    here.sees(published, "を更新しました", "is updated")
    rates = member.use("rates", banner="b2")
    here.sees(rates, "鯨|SSR 50|前", "鯨|SSR 50|efore")
    page = here.opened(other, "b2")
    back = ("前の版に変更", "Back to the version before")
    asked = step(
        other, page, back, "からの版に戻しますか|外れる 1 枚", "version of|1 card taken out"
    )
    step(other, asked, ("前の版に戻す", "Put it back"), "前の版に戻しました", "version before")
    assert "鯨" not in world.message(member.use("rates", banner="b2"))

    third = here.member()
    page = here.opened(third, "b2")
    refused = step(third, page, ("公開を中止", "Unpublish"), "先に終了させて", "end it first")
    look = third.press(refused, label("このガチャへ", "To this banner"))
    look = third.press(look, label("画像・説明・色", "Picture, words, colours"))
    draft = here.drafted(fill(third, look, description="海"), "更新しました", "updated")
    page = here.opened(third, "b2")
    asked = step(
        third, page, ("下書きを破棄", "Discard"), "変更を破棄しますか", "Discard the changes"
    )
    gone = ("下書きを破棄しました", "is discarded")
    step(third, asked, ("変更を破棄する", "Discard the changes"), *gone)
    look = third.press(draft, label("画像・説明・色", "Picture, words, colours"))
    assert shown(look)["description"] == ""
    log = here.member().manage("log")
    here.sees(log, "下書きを破棄|前の版に戻した|更新", "discarded|version before|updated")


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_a_box_is_unpublished_and_discarded(world: World, locale: str) -> None:
    """What has no exchange may go at once, and nothing speaks of points."""
    here = Maker(world, locale)
    owner = here.member()
    step = here.step
    made = fill(owner, owner.manage("banner new"), name="箱", kind="box", rarities="A\nB")
    here.drafted(made, "- A\n- B", "- A\n- B")
    several = owner.press(made, here.label("まとめて追加", "Add several"))
    draft = here.drafted(fill(owner, several, cards="甲, A\n乙, B"))
    here.sees(here.publish(owner, draft), "を公開しました", "is published")
    asked = step(owner, here.opened(owner), ("今すぐ終了", "End now"))
    ended = step(owner, asked, ("今すぐ終了する", "End it now"), "もう引けません", "no longer pull")
    for sent in (asked, ended):
        assert "7" not in world.message(sent).partition("-#")[0]
    page = here.opened(owner)
    asked = step(owner, page, ("公開を中止", "Unpublish"), "下書きに戻しますか", "draft again?")
    step(owner, asked, ("公開をやめる", "Unpublish it"), "公開をやめ", "is unpublished")
    asked = step(owner, here.opened(owner), ("下書きを破棄", "Discard"), "破棄しますか", "Discard")
    gone = step(owner, asked, ("破棄する", "Discard it"), "破棄しました", "is discarded")
    page = step(owner, gone, ("一覧へ", "To the list"), "まだガチャがありません", "no banners yet")
    here.sees(here.member().use("banners"), "ガチャはありません", "No banner is open")


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_a_panel_is_pressed_by_members_drawn_anew_and_ends(
    world: World, uploads: Uploads, locale: str
) -> None:
    here = Maker(world, locale)
    owner, manager = here.member(), here.member()
    here.published(here.member(), uploads)
    label, step = here.label, here.step
    asked = owner.manage("panel", banner="夏" if locale == "ja" else "Sum")
    pledge = here.sees(asked, "一度だけ|販売しません", "once|do not sell")
    assert pledge.answer.json == PRIVATE
    confirm = ("確認してパネルを表示", "Confirm and post the panel")
    panel = step(owner, pledge, confirm, "夏のガチャ|誰でも押せます", "Summer|Anybody can press")
    assert panel.answer.json == {"type": 5}
    [own] = following(world, panel)
    assert "画像・説明・色" in text_of(own) or "Picture, words, colours" in text_of(own)

    one, ten, asks, late = (here.member() for _ in range(4))
    for who, count in ((one, "1連"), (ten, "10連")):
        pulled = who.press(panel, label(count, f"Pull ×{count[:-1]}"))
        assert pulled.answer.json == PRIVATE
        here.sees(pulled, f"<@{who.user_id}> の結果", f"Pulled by <@{who.user_id}>")
    assert (one.state["balance"], ten.state["balance"]) == (3_040, 1_600)
    rates = step(asks, panel, ("提供割合", "Rates"), "の提供割合", "Rates for Summer")
    assert rates.answer.json == PRIVATE

    before = world.message(panel)
    page = here.opened(manager)
    look = manager.press(page, label("画像・説明・色", "Picture, words, colours"))
    draft = fill(manager, look, *colours(uploads, "skyblue"), description="**海**へ")
    asked = here.publish(manager, here.drafted(draft))
    step(manager, asked, ("確認して公開する", "Confirm and publish"), "更新", "updated")
    # A member's press on the outdated panel is a pull; a manager's draws it anew.
    pulled = late.press(panel, label("1連", "Pull ×1"))
    assert pulled.answer.json == PRIVATE
    here.sees(pulled, f"<@{late.user_id}> の結果", f"Pulled by <@{late.user_id}>")
    assert world.message(panel) == before
    redrawn = owner.press(panel, label("1連", "Pull ×1"))
    assert redrawn.answer.json == UPDATE
    here.sees(redrawn, "**海**へ|誰でも押せます", "**海**へ|Anybody can press")
    assert len(galleries(world, redrawn)) == 1 and owner.ledger == []

    asked = step(manager, here.opened(manager), ("今すぐ終了", "End now"))
    step(manager, asked, ("今すぐ終了する", "End it now"), "終了しました", "has ended")
    for who, count in ((one, "10連"), (asks, "1連")):
        refused = who.press(redrawn, label(count, f"Pull ×{count[:-1]}"))
        assert refused.answer.json == PRIVATE
        here.sees(refused, "開催していません|減っていません", "not open|Nothing was charged")
    assert one.state["balance"] == 3_040
    over = owner.press(redrawn, label("10連", "Pull ×10"))
    assert over.answer.json == UPDATE
    here.sees(over, "このガチャは終了しました", "This banner is over")
    assert [each["label"] for each in components(buttons(world, over))] == [
        label("提供割合", "Rates")
    ]
    here.sees(owner.manage("panel", banner="b1"), "パネルを出せません", "cannot have a panel")


def buttons(world: World, sent: Sent) -> list[dict[str, object]]:
    """The rows of buttons below a message that is laid out."""
    message = world.record(sent)["message"]
    assert message["flags"] & LAID_OUT
    rows = [each["components"] for each in message["components"] if each["type"] == 1]
    return [button for row in rows for button in row]


def following(world: World, sent: Sent) -> list[dict[str, Any]]:
    """The private messages that follow, once they are there."""
    deadline = time.monotonic() + 20
    while not (found := world.record(sent)["followups"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return list(found)


def galleries(world: World, sent: Sent) -> list[str]:
    """The addresses of all pictures of a message."""
    found = components(world.record(sent)["message"]["components"])
    return [
        item["media"]["url"] for each in found if each["type"] == GALLERY for item in each["items"]
    ]
