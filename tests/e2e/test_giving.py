"""Presents and codes, from the owner who makes them to the members who take them, in both languages
and with what is refused; and two hundred who want fifty."""

from __future__ import annotations

import csv
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from gacha import codes
from local.client import press, snowflake
from local.messages import components
from local.players import Player, Sent, World
from scripts import audit
from scripts.analytics import __main__ as analytics

CROWD: Final = 200
CEILING: Final = 50
ROLE: Final = "1290000000000000555"
DAY_S: Final = 24 * 60 * 60
PRIVATE: Final = {"type": 5, "data": {"flags": 64}}
CODE: Final = re.compile(r"[2-9A-Z]{3}(?:-[2-9A-Z]{4}){3}")

PRESENTS: Final[dict[str, dict[str, Any]]] = {
    "ja": {
        "asked": ("この内容でプレゼントを送りますか", "160", "かけら 20", "販売しません"),
        "confirm": "確認して送信",
        "send": "送信",
        "sent": ("プレゼントを送りました", "対象：全員"),
        "to role": ("自分で付けられる場合", f"<@&{ROLE}>"),
        "role": ("プレゼントを送りました", f"対象：<@&{ROLE}>"),
        "to one": ("月時計の職人トキ",),
        "a date to come": ("日付として読めません", "まだ何も送っていません"),
        "nothing given": ("渡すものがありません",),
        "no admin": "サーバー管理",
        "one waits": ("プレゼントボックス（1）", "1周年", "まで受け取れます"),
        "now": ("プレゼントが **3** 件届いています",),
        "to the box": "プレゼント（3）",
        "three wait": ("プレゼントボックス（3）", "役職の人へ", "きみへ"),
        "take": "受取",
        "all": "まとめて受取（3）",
        "took one": ("プレゼントを 1 件受け取りました", "月時計の職人トキ", "受付番号"),
        "took the rest": ("プレゼントを 2 件受け取りました", "170", "所持：通貨 3,370"),
        "box": "プレゼントボックス",
        "empty": ("いま受け取れるプレゼントはありません",),
        "none": ("いま受け取れるプレゼントはありません",),
        "taken before": ("受け取り済みです",),
        "another's": "ボタン",
        "list": ("1周年", "役職の人へ"),
        "withdraw": "取り下げ",
        "sure": ("取り下げますか", "✅ 1 名が受け取り済み"),
        "withdrawn": ("プレゼントを取り下げました",),
        "over": ("すでに終了しているか取り下げられています",),
        "gone": ("もう受け取れません", "期限が過ぎたか、取り下げられました"),
        "history": (
            "プレゼント 2 件",
            "プレゼント 1 件",
            "「1周年」（<@",
            "「きみへ」（<@",
            "> より）",
        ),
    },
    "en-US": {
        "asked": ("Send this present?", "160", "20 shards", "We do not sell"),
        "confirm": "Confirm and send it",
        "send": "Send it",
        "sent": ("The present is sent", "For: everybody"),
        "to role": ("members can give themselves this role", f"<@&{ROLE}>"),
        "role": ("The present is sent", f"For: those who have <@&{ROLE}>"),
        "to one": ("Toki, the Moon Clockmaker",),
        "a date to come": ("is no date", "Nothing is sent"),
        "nothing given": ("Nothing would be given",),
        "no admin": "Manage Server",
        "one waits": ("Your presents (1)", "1周年", "can be taken until"),
        "now": ("**3** presents wait for you",),
        "to the box": "Presents (3)",
        "three wait": ("Your presents (3)", "役職の人へ", "きみへ"),
        "take": "Take it",
        "all": "Take all 3",
        "took one": ("You took 1 present", "Toki, the Moon Clockmaker", "Receipt number"),
        "took the rest": ("You took 2 presents", "170", "You now have 3,370"),
        "box": "My presents",
        "empty": ("No present waits for you now",),
        "none": ("No present waits for you now",),
        "taken before": ("You have taken this present already",),
        "another's": "button",
        "list": ("1周年", "役職の人へ"),
        "withdraw": "Withdraw it",
        "sure": ("Withdraw this present?", "✅ Taken by 1 member"),
        "withdrawn": ("The present is withdrawn",),
        "over": ("This present is over already, or was withdrawn",),
        "gone": ("can no longer be taken", "its time is over, or it was withdrawn"),
        "history": ("Took 2 presents", "Took 1 present", "“1周年”, from <@", "“きみへ”, from <@"),
    },
}

CODES: Final[dict[str, dict[str, Any]]] = {
    "ja": {
        "asked": ("この内容でコードを作りますか", "先着 2 名"),
        "confirm": "確認して作成",
        "make": "作成",
        "made": ("コードを作りました", "コードの再表示"),
        "show": "コードを表示",
        "word": ("入力した言葉そのもの",),
        "file": ("1 人用コード 2 個", "添付のファイル"),
        "too short": ("6〜40 文字",),
        "word taken": ("この言葉は、使用期間中の別のコードと同じ",),
        "both": ("一緒には使えません",),
        "used": ("コードの特典を受け取りました", "夏フェス", "160", "所持：通貨 3,360"),
        "to now": "いまできること",
        "now": ("**3,360**",),
        "used before": ("このコードは使用済みです",),
        "all claimed": ("先着 2 名に達したため終了しました",),
        "another's": ("ほかの人が使用済み", "1 人だけ"),
        "wrong": "このコードは使えません。文字が違うか、期限が過ぎています",
        "left": "あと {left} 回まで試せます",
        "last": "続けて試せる回数を使い切った",
        "too many": ("使えないコードの入力が続いた",),
        "list": ("夏フェス", "2 / 2 名が使用", "2 個のうち 1 個"),
        "end": "終了",
        "ended": ("コードを終了しました",),
        "over": ("すでに終了しています",),
        "history": ("コード「夏フェス」",),
    },
    "en-US": {
        "asked": ("Make this code?", "first 2 players"),
        "confirm": "Confirm and make it",
        "make": "Make it",
        "made": ("Your code is made", "shows the code again"),
        "show": "Show the code",
        "word": ("the word that you typed",),
        "file": ("2 single codes", "attached file"),
        "too short": ("needs 6 to 40 letters",),
        "word taken": ("is a code already",),
        "both": ("cannot go with",),
        "used": ("Your code was accepted", "夏フェス", "160", "You now have 3,360"),
        "to now": "What I can do now",
        "now": ("3,360",),
        "used before": ("You have used this code already",),
        "all claimed": ("for the first 2 people, and all of it is claimed",),
        "another's": ("Somebody else has used this code",),
        "wrong": "This code cannot be used: it is mistyped, or its time is over",
        "left": "({left} more {tries} within ten minutes)",
        "last": "That was the last try for now",
        "too many": ("Too many codes were wrong",),
        "list": ("夏フェス", "2 of 2"),
        "end": "End it",
        "ended": ("The code is ended",),
        "over": ("This code is over already",),
        "history": ("Code “夏フェス”",),
    },
}


class Place:
    """What one server's people are told, against the words of one language."""

    def __init__(self, world: World, locale: str, said: dict[str, Any]) -> None:
        self.world, self.locale, self.said = world, locale, said
        self.guild_id = snowflake()

    def member(self, *roles: str) -> Player:
        return Player(self.world, snowflake(), self.locale, self.guild_id, roles)

    def shows(self, sent: Sent, key: str) -> Sent:
        text = self.world.message(sent)
        for part in self.said[key]:
            assert part in text, (key, part, text)
        return sent

    def agree(self, who: Player, asked: Sent) -> Sent:
        """Press the first button of a question, which is the one that says yes."""
        message = self.world.record(asked)["message"]
        buttons = [each for each in components(message["components"]) if "custom_id" in each]
        return who.tap(asked, buttons[0]["custom_id"])

    def later(self, sent_by: Player, made: dict[str, Any], days: int) -> Sent:
        """The same made so many days from now: what is judged is the interaction's own time."""
        return sent_by.world.send(made | {"id": snowflake(time.time() + days * DAY_S)})


def is_whole(request: pytest.FixtureRequest) -> bool:
    """Whether the audit finds nothing. Only one test at a time says which cloud it looks at, so the
    fixture that says it is asked for no earlier."""
    request.getfixturevalue("published")
    return audit.main(["local"]) == 0


@pytest.mark.parametrize("locale", PRESENTS)
def test_presents_reach_all_some_and_one_each_once(
    request: pytest.FixtureRequest, world: World, locale: str
) -> None:
    here = Place(world, locale, said := PRESENTS[locale])
    owner, other, one = here.member(), here.member(), here.member(ROLE)
    shows = here.shows

    asked = owner.manage("present new", message="1周年", coins=160, shards=20)
    assert asked.answer.json == PRIVATE
    shows(owner.press(shows(asked, "asked"), said["confirm"]), "sent")
    to_role = owner.manage("present new", message="役職の人へ", coins=10, role=ROLE)
    shows(owner.press(shows(to_role, "to role"), said["send"]), "role")
    to_one = owner.manage("present new", message="きみへ", card="月時計", user=one.user_id)
    shows(owner.press(shows(to_one, "to one"), said["send"]), "to one")
    early = owner.manage("present new", message="x", coins=1, before="2999-01-01")
    shows(early, "a date to come")
    shows(owner.manage("present new", message="x"), "nothing given")
    refused = other.world.send(
        owner.manage("present list").interaction
        | {"id": snowflake(), "token": f"t{snowflake()}", "member": other.command("now")["member"]}
    )
    assert said["no admin"] in refused.answer.json["data"]["content"]

    box = shows(other.use("presents"), "one waits")
    assert "役職" not in world.message(box) and "きみへ" not in world.message(box)
    first = one.press(shows(one.use("now"), "now"), said["to the box"])
    assert first.answer.json == PRIVATE
    second = one.use("presents")
    shows(first, "three wait"), shows(second, "three wait")
    shows(one.choose(first, "presents:pick", "p3"), "took one")
    rest = shows(one.press(second, said["all"]), "took the rest")
    assert (one.state["balance"], one.state["shards"]) == (3_370, 20)
    shows(one.press(first, said["all"]), "none")
    shows(one.choose(second, "presents:pick", "p3"), "taken before")
    opened = one.press(rest, said["box"])
    assert opened.answer.json == PRIVATE  # apart from the message that it stands under
    shows(opened, "empty")
    assert one.state["balance"] == 3_370
    assert said["another's"] in other.press(second, said["all"]).answer.json["data"]["content"]
    assert [row["kind"] for row in one.ledger if row["amount"]] == ["present"]

    listed = shows(owner.manage("present list"), "list")
    chosen = owner.choose(listed, "admin present list:pick", "p1")
    sure = shows(owner.press(chosen, said["withdraw"]), "sure")
    shows(owner.press(sure, said["withdraw"]), "withdrawn")
    shows(owner.press(sure, said["withdraw"]), "over")
    shows(other.press(box, said["take"]), "gone")
    late = here.member(ROLE)
    waiting = late.use("presents")
    assert "役職の人へ" in world.message(waiting)
    shows(here.later(late, late.command("presents"), 15), "empty")
    pressed = press(waiting.interaction, "presents:take:p2", late.user_id, flags=64)
    shows(here.later(late, pressed, 15), "gone")
    assert late.ledger == [] and other.ledger == []
    shows(one.use("history"), "history")
    assert is_whole(request)


def wide(code: str) -> str:
    """As a Japanese keyboard types it, with 0 for O nowhere, since no code has either."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in code).replace("－", "ー")


def lookalike(code: str) -> str:
    """In small letters, with Cyrillic ones among them."""
    return code.lower().translate(str.maketrans("aceopxy", "асеорху")).replace("-", " ")


@pytest.mark.parametrize("locale", CODES)
def test_codes_are_read_however_they_are_typed_and_used_once(
    request: pytest.FixtureRequest, world: World, locale: str
) -> None:
    here = Place(world, locale, said := CODES[locale])
    owner, one, other, third = (here.member() for _ in range(4))
    shows = here.shows

    asked = owner.manage("code new", note="夏フェス", coins=160, claims=2)
    made = shows(owner.press(shows(asked, "asked"), said["confirm"]), "made")
    [shared] = CODE.findall(world.message(made))
    word = "ほしぞらフェス"
    asked = owner.manage("code new", note="合言葉", shards=5, word=word)
    shows(owner.press(asked, said["make"]), "word")
    asked = owner.manage("code new", note="くじ", coins=1, singles=2)
    singles = shows(owner.press(asked, said["make"]), "file")
    [file] = world.record(singles)["message"]["attachments"]
    _, *lines = file["content"].split()
    assert len(set(lines)) == 2 and not CODE.search(world.message(singles))
    shows(owner.manage("code new", note="x", coins=1, word="ごもじだ"), "too short")
    shows(owner.manage("code new", note="x", coins=1, word="ﾎｼｿﾞﾗ ふぇす"), "word taken")
    shows(owner.manage("code new", note="x", coins=1, word=word, singles=2), "both")

    used = shows(one.use("code", text=wide(shared)), "used")
    now = shows(one.press(used, said["to now"]), "now")
    assert now.answer.json == PRIVATE  # apart from the reward
    shows(one.use("code", text=shared), "used before")
    shows(other.use("code", text=lookalike(shared)), "used")
    shows(third.use("code", text=shared.lower()), "all claimed")
    world.message(one.use("code", text="ホシゾラ　ふぇす"))
    assert (one.state["balance"], one.state["shards"]) == (3_360, 5)
    world.message(third.use("code", text=lines[0]))
    assert third.state["balance"] == 3_201
    shows(other.use("code", text=lines[0]), "another's")

    listed = shows(owner.manage("code list"), "list")
    manager = here.member()  # a bucket has twenty changes
    for id_, again in (("c1", shared), ("c2", word)):
        chosen = manager.choose(manager.manage("code list"), "admin code list:pick", id_)
        assert again in world.message(manager.press(chosen, said["show"]))
    chosen = manager.choose(manager.manage("code list"), "admin code list:pick", "c3")
    [same] = world.record(manager.press(chosen, said["show"]))["message"]["attachments"]
    assert same["content"] == file["content"]
    chosen = owner.choose(listed, "admin code list:pick", "c2")
    sure = owner.press(chosen, said["end"])
    shows(owner.press(sure, said["end"]), "ended")
    shows(owner.press(sure, said["end"]), "over")
    # Ended, wrong by a letter, and none of any form: one sentence for all, and a try each.
    guesser = here.member()
    almost = shared[:-1] + ("2" if shared[-1] != "2" else "3")
    for left, text in enumerate((word, almost, "わからない", "0", "☆")[::-1]):
        told = world.message(guesser.use("code", text=text))
        left = codes.TRIES - 1 - left
        tries = said["left"].format(left=left, tries="try" if left == 1 else "tries")
        tries = tries if left else said["last"]
        assert said["wrong"] in told and tries in told, (text, told)
    shows(guesser.use("code", text=lines[1]), "too many")
    assert guesser.ledger == []
    late = here.member()
    over = here.later(late, late.command("code", text=lines[1]), 31)
    assert said["wrong"] in world.message(over) and late.ledger == []
    shows(one.use("history"), "history")
    assert is_whole(request)


def test_of_two_hundred_at_once_as_many_get_it_as_the_ceiling_says(
    request: pytest.FixtureRequest, world: World, tmp_path: Path
) -> None:
    """Real concurrency: functions in processes of their own, and tables behind sockets. Everybody
    ends in a sentence, and the counter, the claims and the ledger agree; and so do the figures that
    `scripts.analytics local` has of them."""
    here = Place(world, "ja", CODES["ja"])
    owner = here.member()
    asked = owner.manage("code new", note="先着", coins=160, claims=CEILING)
    made = owner.press(asked, here.said["confirm"])
    [shared] = CODE.findall(world.message(made))
    players = [here.member() for _ in range(CROWD)]
    with ThreadPoolExecutor(CROWD) as threads:
        sent = list(threads.map(lambda each: each.use("code", text=shared), players))
        told = list(threads.map(lambda each: world.message(each, wait=300), sent))
    got = [text for text in told if "コードの特典を受け取りました" in text]
    refused = [text for text in told if f"先着 {CEILING} 名に達したため" in text]
    assert (len(got), len(refused)) == (CEILING, CROWD - CEILING), Counter(told).most_common(3)
    kinds = [[row["kind"] for row in each.ledger] for each in players]
    assert kinds.count(["code"]) == CEILING and kinds.count([]) == CROWD - CEILING
    assert is_whole(request)
    assert analytics.main(["local", "--out", str(tmp_path), "--lang", "en"]) == 0
    with (tmp_path / "gifts.csv").open(encoding="utf-8-sig") as file:
        taken = [(row["kind"], row["times"], row["most"]) for row in csv.DictReader(file)]
    assert ("code", str(CEILING), str(CEILING)) in taken
    assert "<svg" in (tmp_path / "index.html").read_text()
