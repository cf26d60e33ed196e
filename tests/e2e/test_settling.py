"""Every setting of a server, set in its form, in both languages: what opens is what holds, and what
was sent is read again where a member meets it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from local.client import MEMBER, snowflake
from local.players import Player, Sent, World
from tests.e2e.test_choosing import TOML
from tests.e2e.test_looking import Reader
from tests.e2e.test_own_banner import IS_LAID_OUT, answer
from tests.forms import fill, shown
from tests.uploads import Uploads

PRIVATE: Final = {"type": 5, "data": {"flags": 64}}
DAY_S: Final = 24 * 60 * 60
EDITORS, MANAGERS = "1290000000000000555", "1290000000000000556"


class Owner(Reader):
    """Who settles it, form by form. Each is somebody else, since nobody has more than twenty
    commands at once."""

    def settle(self, group: str, before: dict[str, str], after: dict[str, str]) -> Sent:
        admin = self.member()
        listed = admin.manage("settings")
        self.world.record(listed)
        opened = admin.choose(listed, "admin settings:pick", group)
        assert shown(opened) == before, group
        settled = fill(admin, opened, **after)
        self.sees(settled, "設定を変更しました", "settings are changed")
        return settled

    def at(self, who: Player, name: str, days: int = 0, **member: Any) -> Sent:
        """A member's command so many days from now: what is judged is the interaction's own
        time."""
        made = who.command(name) | {"id": snowflake(time.time() + days * DAY_S)}
        return self.world.send(made | {"member": made["member"] | member})


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_what_a_server_calls_and_gives(world: World, uploads: Uploads, locale: str) -> None:
    here = Owner(world, locale)
    sees, settle = here.sees, here.settle
    language, zone = ("ja", "Asia/Tokyo") if locale == "ja" else ("en", "UTC")

    first = settle(
        "currency",
        {"currency": "", "start_balance": "3200"},
        {"currency": "ジェム/gems", "start_balance": "１，６００"},
    )
    sees(first, "→ **1,600**|あなたの Discord の言語", "→ **1,600**|language of your Discord")
    sees(here.member().manage("settings", emoji="💎"), "なし → **💎**", "none → **💎**")
    settle(
        "day",
        {"daily": "160", "daily_tickets": "1", "ticket_days": "3"},
        {"daily": "300", "daily_tickets": "2", "ticket_days": "5"},
    )
    streak = settle(
        "streak",
        {"streak_3": "160", "streak_7": "480", "streak_14": "800", "streak_30": "1600"},
        {"streak_3": "30", "streak_7": "70", "streak_14": "140", "streak_30": "3000"},
    )
    lines = [line for line in world.message(streak).splitlines() if "→" in line]
    assert [line.rpartition("**")[0].rpartition("**")[2] for line in lines] == [
        "30", "70", "140", "3,000",
    ]  # fmt: skip
    settle(
        "start",
        {"starter_tickets": "0", "starter_days": "30"},
        {"starter_tickets": "10", "starter_days": "9"},
    )
    settle("points", {"point_shards": "1"}, {"point_shards": "7"})
    settle(
        "time",
        {"language": language, "timezone": zone, "reset_hour": "0"},
        {"language": "each", "timezone": "+5:30", "reset_hour": "6"},
    )

    one = here.member()
    began = time.time()
    taken = here.at(one, "daily")
    sees(
        taken,
        "💎 ジェム 1,600 とチケット 10 枚|💎 ジェム **+300**|**+2**|あと 2 日で💎 ジェム 30",
        "💎 1,600 gems and 10 tickets|**💎 +300 gems**|**+2**|💎 30 gems in 2 days",
    )
    reset = (round(began) // DAY_S * DAY_S + 30 * 60) % DAY_S  # 6:00 at +5:30 is 0:30 UTC
    next_ = began + (reset - began) % DAY_S
    text = world.message(taken)
    assert f"<t:{round(next_ + 4 * DAY_S)}:f>" in text, "the day of the claim is the first of five"
    assert f"<t:{round(next_)}:R>" in text
    starter = next(int(part[:10]) for part in text.split("<t:")[1:] if ":d>" in part)
    assert abs(starter - (began + 9 * DAY_S)) < 60
    for day in range(1, 14):
        world.record(taken := here.at(one, "daily", day))
        if day == 2:
            sees(taken, "**+30**|あと 4 日で💎 ジェム 70", "+30 gems**|70 gems in 4 days")
        if day == 6:
            sees(taken, "**+70**|あと 7 日で💎 ジェム 140", "+70 gems**|140 gems in 7 days")
    sees(taken, "**+140**|あと 16 日で💎 ジェム 3,000", "+140 gems**|3,000 gems in 16 days")

    owner = here.member()
    file = uploads.send("summer.toml", TOML.encode())
    uploaded = owner.manage("banner upload", {"file": file})
    answer(world, uploaded)
    preview = owner.press(uploaded, here.label("プレビュー", "Preview"))
    dates = owner.press(preview, here.label("日程を決めて公開", "Choose dates and publish"))
    end = datetime.fromtimestamp(began + 20 * DAY_S, UTC)
    sees(fill(owner, dates, ends=f"{end:%Y/%m/%d %H:%M}"), "を公開しました", "is published")
    member = here.member()
    member.pull(1)
    sees(
        member.use("exchange"),
        "1 ポイントにつきかけら 7 個に変わります",
        "each point left becomes 7 shards",
    )


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_who_sees_what_and_who_may_what(world: World, locale: str) -> None:
    here = Owner(world, locale)
    sees, settle = here.sees, here.settle
    other, seen = ("en", "Your profile") if locale == "ja" else ("ja", "プロフィール")
    language, zone = ("ja", "Asia/Tokyo") if locale == "ja" else ("en", "UTC")

    assert world.record(here.member().pull(1))["message"]["flags"] & IS_LAID_OUT
    settle(
        "display",
        {"is_public": "everyone", "is_compact": "no"},
        {"is_public": "player", "is_compact": "yes"},
    )
    compact = here.member().pull(1)
    assert compact.answer.json == PRIVATE
    message = world.record(compact)["message"]
    assert message["embeds"] and not message["flags"] & IS_LAID_OUT
    settle(
        "time",
        {"language": language, "timezone": zone, "reset_hour": "0"},
        {"language": other},
    )
    assert seen in world.message(here.member().use("profile"))
    back = here.member()
    listed = back.manage("settings")
    world.record(listed)
    world.record(fill(back, back.choose(listed, "admin settings:pick", "time"), language="each"))

    none = {"min_account_days": "0", "min_member_days": "0"}
    settle("joining", none, none | {"min_account_days": "30"})
    long_ago = snowflake(time.time() - 40 * DAY_S)
    old = Player(world, long_ago, locale, here.guild_id)
    sees(
        here.member().use("pull"),
        "アカウントを作ってから 30 日以上",
        "accounts that are at least 30 days old",
    )
    sees(old.use("daily"), "受け取りました", "collected")
    settle("joining", none | {"min_account_days": "30"}, none | {"min_member_days": "14"})
    for days, words in (
        (13, ("参加してから 14 日以上", "joined at least 14 days ago")),
        (15, ("受け取りました", "collected")),
    ):
        joined = datetime.fromtimestamp(time.time() - days * DAY_S, UTC).isoformat()
        sees(here.at(here.member(), "daily", joined_at=joined), *words)
    settle("joining", none | {"min_member_days": "14"}, none)

    editor = Player(world, snowflake(), locale, here.guild_id, [EDITORS], MEMBER)
    manager = Player(world, snowflake(), locale, here.guild_id, [MANAGERS], MEMBER)
    nobody = ("サーバー管理", "Manage Server")
    sees(editor.manage("banner list"), *nobody)
    settle("roles", {"editors": "", "managers": ""}, {"editors": EDITORS, "managers": MANAGERS})
    for each in (editor, manager):
        sees(each.manage("banner list"), "まだガチャがありません", "There are no banners yet")
    member = here.member()
    refused = editor.manage("grant", user=member.user_id, amount=5)
    sees(refused, f"<@&{MANAGERS}> のロール", f"the role <@&{MANAGERS}>")
    granted = manager.manage("grant", user=member.user_id, amount=5)
    sees(granted, f"<@{member.user_id}>", f"<@{member.user_id}>")
    assert member.state["balance"] == 3_205
    assert nobody[locale != "ja"] in manager.manage("settings").answer.json["data"]["content"]

    settle("pause", {"pause": ""}, {"pause": "月曜まで\nメンテナンス中です"})
    for room in ("pull", "daily"):
        refused = member.use(room)
        sees(refused, "メンテナンス中です|お休みです", "メンテナンス中です|is paused")
        assert refused.answer.json == PRIVATE
    assert member.state["balance"] == 3_205
    settle("pause", {"pause": "月曜まで\nメンテナンス中です"}, {"pause": ""})
    sees(member.use("daily"), "受け取りました", "collected")


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_what_is_refused_or_came_too_late_is_kept(world: World, locale: str) -> None:
    here = Owner(world, locale)
    admin, sees = here.member(), here.sees
    correct = here.label("入力を修正", "Correct it")
    listed = admin.manage("settings")
    world.record(listed)
    opened = admin.choose(listed, "admin settings:pick", "currency")
    typed = {"currency": "ジェム", "start_balance": "たくさん"}
    refused = fill(admin, opened, **typed)
    sees(
        refused,
        "何も変更していません|「たくさん」は使えません。0〜1,000,000",
        "nothing was changed|“たくさん” cannot be used. Please give a whole number from 0 to 1,0",
    )
    again = admin.press(refused, correct)
    assert shown(again) == typed
    here.settle("currency", {"currency": "", "start_balance": "3200"}, {"currency": "コイン"})
    stale = fill(admin, again, start_balance="500")
    sees(stale, "この項目が変更されました|コイン", "changed after you opened|コイン")
    again = admin.press(stale, correct)
    assert shown(again) == {"currency": "ジェム", "start_balance": "500"}
    sees(fill(admin, again), "コイン → **ジェム**|→ **500**", "コイン → **ジェム**|→ **500**")
    emoji = admin.manage("settings", emoji="ab")
    sees(emoji, "絵文字を 1 つだけ|何も変更していません", "one emoji|nothing was changed")
    sees(here.member().use("profile"), "500 ジェム", "500 ジェム")
