"""/gacha-admin settings: what is settled, by whom, once, on whose version, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from adapters import files
from adapters.tables import items
from adapters.tables import settings as stored_settings
from commands import render
from commands.sentences import LANGUAGES
from gacha import server, server_audit, settings, snowflake
from gacha.days import Clock
from gacha.economy import Economy
from gacha.game import Game, Offer
from local.messages import text_of
from scripts import box_vectors
from tests.conftest import load_function
from tests.over import over
from tests.recording import record, void
from tests.support import GUILD, PLAYER_KEY, content, rows, sort_key, workflow_input
from tests.unit.commands.owning import own, publish

ADMIN = "1290000000000000077"
OTHER = "1290000000000000078"
KEY = f"server@{GUILD}"
COMMAND = "admin settings"


class Admin:
    """An admin at Plan's door."""

    def __init__(self, user_id: str = ADMIN) -> None:
        self._plan = load_function("plan").handler
        self._id = user_id

    def asked(self, number: int, **options: Any) -> dict[str, Any]:
        return workflow_input(number, COMMAND, admin=self._id, **options)

    def decide(self, interaction: Mapping[str, Any]) -> dict[str, Any]:
        decided: dict[str, Any] = self._plan({"interaction": dict(interaction)}, None)
        return json.loads(json.dumps(decided))  # type: ignore[no-any-return]

    def do(self, number: int, **options: Any) -> dict[str, Any]:
        interaction = self.asked(number, **options)
        decided = self.decide(interaction)
        assert record(interaction, decided)
        return decided

    def form(self, number: int, group: str, **typed: str) -> dict[str, Any]:
        """A form that was opened just now, with what holds now where nothing was typed over it."""
        now = economy() if group in settings.OF_ECONOMY else game()
        fields = settings.typed(now, group) | typed
        return self.do(number, group=group, seen=settings.seen(now, group), **fields)


@pytest.fixture
def admin(tables: Any) -> Admin:
    return Admin()


def game() -> Game:
    return stored_settings.game(GUILD)


def economy() -> Economy:
    return stored_settings.economy(GUILD)


def audited(tables: Any) -> list[str]:
    """What the audit says of the server."""
    ledger = [row for row in rows(tables) if row["user_id"] == KEY]
    stored = {row["setting"]: row for row in rows(tables, "server_settings")}
    return [str(each) for each in server_audit.check(KEY, ledger, stored, [])]


def test_what_the_first_change_settles_beside_is_said_before_it(tables: Any, admin: Admin) -> None:
    """In Japanese only the language changes: the zone is Japan's as it is."""
    shown = content(admin.decide(admin.asked(1))["message"])
    assert shown["first"] == {"language": "ja"}
    body = render.render(COMMAND, shown, "ja", "1")
    assert "最初に変えると" in text_of(body) and "→ **日本語**" in text_of(body)
    admin.form(2, "currency", currency="星")
    assert "first" not in content(admin.decide(admin.asked(3))["message"])


def test_a_settled_group_is_the_servers_event_and_its_game(tables: Any, admin: Admin) -> None:
    planned = admin.form(1, "currency", currency=" 星のかけら ", start_balance="１,６００")
    assert planned["outcome"] == "planned"
    [row] = rows(tables)
    before = {"currency": "", "language": "each", "start_balance": "3200"}
    after = {"currency": "星のかけら", "language": "ja", "start_balance": "1600"}
    event = {"kind": "settings", "by": ADMIN, "before": before, "after": after, "amount": 0}
    event |= {"start_balance": 1600, "guessed": ["language", "timezone"]}
    number = workflow_input(1)["interaction_id"]
    assert row == {
        "user_id": KEY,
        "timestamp": sort_key(1),
        "guild_id": GUILD,
        "interaction_id": number,
        "version": 1,
        **event,
    }
    settled = {"currency": "星のかけら", "start_balance": 1600, "language": "ja", "version": 1}
    noted = {"server_id": f"user#{ADMIN}", "setting": f"server#{GUILD}", "since": int(sort_key(1))}
    assert {row["setting"]: row for row in rows(tables, "server_settings")} == {
        f"server#{GUILD}": noted,
        "game": {"server_id": GUILD, "setting": "game", **settled},
        "names": {"server_id": GUILD, "setting": "names", "names": {}, **settled},
        f"audit#{sort_key(1)}": {
            "server_id": GUILD,
            "setting": f"audit#{sort_key(1)}",
            "user_id": KEY,
            "interaction_id": number,
            **event,
        },
    }
    assert rows(tables, "discord_users") == []
    assert audited(tables) == []


def test_the_first_change_settles_language_and_zone_by_its_admins_own(
    tables: Any, admin: Admin
) -> None:
    """And is seen to: the message names them. What a form says itself stands."""
    english = admin.asked(1, emoji="🌟") | {"language": "en"}
    decided = admin.decide(english)
    assert record(english, decided)
    assert (game().language, game().timezone) == ("en", "UTC")
    assert decided["message"]["after"] == {"emoji": "🌟", "language": "en", "timezone": "UTC"}
    assert "the timezone follow the language of your Discord" in words(decided, "en")
    assert "言語と日付" in words(decided, "ja")  # how it is changed
    chosen = admin.form(2, "time", language="each", timezone="日本")
    assert "Discord" not in words(chosen, "en")
    assert (game().language, game().timezone) == ("", "Asia/Tokyo")
    admin.do(3, emoji="なし")
    assert (game().emoji, game().language) == ("", "")
    assert audited(tables) == []


def test_delivered_twice_it_is_one_change(tables: Any, admin: Admin) -> None:
    first = admin.do(1, emoji="🌟")
    again = admin.decide(admin.asked(1, emoji="🌟"))
    assert (again["outcome"], content(again["message"])) == ("recorded", content(first["message"]))
    assert not record(admin.asked(1), first)
    assert game().version == 1
    assert audited(tables) == []


def test_of_two_admins_at_once_the_second_is_decided_again(tables: Any, admin: Admin) -> None:
    """Another group was settled meanwhile: Record is cancelled, and the redraw keeps both."""
    late = admin.asked(1, emoji="🌟")
    planned = admin.decide(late)
    admin.form(2, "pause", pause="メンテナンス中")
    assert not record(late, planned)
    assert record(late, admin.decide(late))
    assert (game().emoji, game().pause, game().version) == ("🌟", "メンテナンス中", 2)
    assert audited(tables) == []


def test_a_form_of_older_settings_overwrites_nothing_and_keeps_what_was_typed(
    tables: Any, admin: Admin
) -> None:
    seen = settings.seen(game(), "pause")
    Admin(OTHER).form(1, "pause", pause="先に書いた人の文")
    stale = admin.do(2, group="pause", seen=seen, pause="あとの人の文")
    assert (stale["outcome"], game().pause) == ("stale", "先に書いた人の文")
    [form] = [row for row in rows(tables, "server_settings") if row["setting"].startswith("form#")]
    assert form["setting"] == f"form#{COMMAND}#{ADMIN}"
    assert form["values"] == {"group": "pause", "pause": "あとの人の文"}
    made_s = int(sort_key(2) / 1000)
    assert form["expires_at"] == made_s + 24 * 3600
    reopened = settings.seen(game(), "pause")
    assert stale["message"]["reopens"] == f"pause:{reopened}"
    assert admin.do(3, group="pause", seen=reopened, pause="あとの人の文")["outcome"] == "planned"
    assert game().pause == "あとの人の文"
    assert audited(tables) == []


def test_a_form_that_is_sent_twice_is_not_told_of_another_admin(tables: Any, admin: Admin) -> None:
    seen = settings.seen(game(), "pause")
    assert admin.do(1, group="pause", seen=seen, pause="工事中")["outcome"] == "planned"
    again = admin.do(2, group="pause", seen=seen, pause="工事中")
    assert (again["outcome"], again["message"]["state"]) == ("shown", "same")
    other = admin.do(3, group="pause", seen=seen, pause="工事終了")
    assert other["outcome"] == "stale"
    for lang, word in (("ja", "ほかの管理者"), ("en", "nother admin")):
        assert word not in str(render.render(COMMAND, content(other["message"]), lang, "1"))


def test_another_group_that_was_settled_meanwhile_makes_no_form_stale(
    tables: Any, admin: Admin
) -> None:
    seen = settings.seen(game(), "joining")
    admin.form(1, "pause", pause="x")
    typed = {"min_account_days": "7", "min_member_days": "0"}
    assert admin.do(2, group="joining", seen=seen, **typed)["outcome"] == "planned"
    assert game().min_account_days == 7


REFUSED = [
    ("currency", {"start_balance": "many"}, "number", "1,000,000"),
    ("currency", {"start_balance": "-1"}, "number", "1,000,000"),
    ("currency", {"start_balance": "1000001"}, "number", "1,000,000"),
    ("currency", {"start_balance": ""}, "number", "1,000,000"),
    ("currency", {"start_balance": "1,5"}, "number", "1,000,000"),
    ("currency", {"start_balance": "12,34"}, "number", "1,000,000"),
    ("currency", {"currency": "あ" * 21}, "long", "20"),
    ("currency", {"currency": "a\nb"}, "one_line", "改行"),
    ("time", {"timezone": "どこか"}, "zone", "日本"),
    ("time", {"timezone": "+15"}, "zone", "+9"),
    ("time", {"reset_hour": "7"}, "choice", "選択肢"),
    ("joining", {"min_account_days": "366"}, "number", "365"),
    ("pause", {"pause": "x" * 81}, "long", "80"),
    ("roles", {"editors": "@everyone"}, "role", "ロール"),
]


@pytest.mark.parametrize(("group", "typed", "rule", "allowed"), REFUSED)
def test_what_is_refused_is_named_and_kept(
    tables: Any, admin: Admin, group: str, typed: dict[str, str], rule: str, allowed: str
) -> None:
    [(field, value)] = typed.items()
    refused = admin.form(1, group, **typed)
    assert refused["outcome"] == "refused"
    [problem] = refused["message"]["problems"]
    assert (problem["field"], problem["rule"], problem["value"]) == (field, rule, value.strip())
    assert rows(tables) == []
    [form] = [row for row in rows(tables, "server_settings") if row["setting"].startswith("form#")]
    assert form["values"][field] == value
    for lang in ("ja", "en"):
        body = render.render(COMMAND, content(refused["message"]), lang, "1")
        [embed] = body["embeds"]
        shown = embed["description"]
        assert (allowed in shown) or lang == "en"
        again = body["components"][0]["components"][0]["custom_id"]
        assert again == f"admin settings:again:{group}:{settings.seen(game(), group)}"


def test_every_wrong_value_of_a_form_is_named_at_once(tables: Any, admin: Admin) -> None:
    refused = admin.form(1, "joining", min_account_days="x", min_member_days="y")
    assert len(refused["message"]["problems"]) == 2


@pytest.mark.parametrize("emoji", ["🌟", "<:star:129000000000000001>", "👨‍👩‍👧", "🇯🇵", "1️⃣", "❤️"])
def test_an_emoji_is_one_of_unicodes_or_of_the_servers(
    tables: Any, admin: Admin, emoji: str
) -> None:
    assert admin.do(1, emoji=emoji)["outcome"] == "planned"
    assert game().emoji == emoji


@pytest.mark.parametrize("emoji", ["star", ":star:", "<@1290000000000000001>", "🌟" * 20, "星"])
def test_what_is_no_emoji_is_refused_without_a_form(tables: Any, admin: Admin, emoji: str) -> None:
    refused = admin.do(1, emoji=emoji)
    assert (refused["outcome"], refused["message"]["reopens"]) == ("refused", "")
    assert rows(tables, "server_settings") == []


def test_without_anything_it_shows_how_things_are(tables: Any, admin: Admin) -> None:
    shown = admin.do(1)
    assert (shown["outcome"], shown["message"]["state"]) == ("shown", "now")
    assert rows(tables) == rows(tables, "server_settings") == []
    same = admin.form(2, "display")
    assert (same["outcome"], same["message"]["state"]) == ("shown", "same")
    assert rows(tables) == []


def test_a_void_takes_its_place(tables: Any, admin: Admin) -> None:
    late = admin.asked(1, emoji="🌟")
    planned = admin.decide(late)
    assert void(late)
    assert not record(late, planned)
    assert admin.decide(late)["outcome"] == "voided"
    [row] = rows(tables)
    assert (row["kind"], row["user_id"], row["command"]) == ("void", KEY, COMMAND)
    assert "undelivered" not in row  # a server reads no history: the admin's log has what counts
    assert game() == Game(GUILD)
    assert audited(tables) == []


def test_swept_it_is_never_done(tables: Any, admin: Admin) -> None:
    swept = admin.asked(1, emoji="🌟") | {"sweep": 1}
    decided = admin.decide(swept)
    assert decided["outcome"] == "abandoned"
    assert record(swept, decided)
    assert game().version == 0


def test_on_express_what_was_refused_stays_refused(
    tables: Any, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKFLOW_TYPE", "EXPRESS")
    admin.do(1, emoji="star")
    assert [row["kind"] for row in rows(tables)] == ["void"]
    assert admin.decide(admin.asked(1, emoji="🌟"))["outcome"] == "voided"


def test_a_servers_key_is_no_players(tables: Any) -> None:
    assert server.is_key(KEY) and not server.is_key(PLAYER_KEY)
    assert server.key(GUILD) == KEY
    asked = Admin().asked(1)
    assert (asked["user_id"], asked["admin_id"]) == (server.ID, ADMIN)


# --- what the server gives ------------------------------------------------------------------------


def test_what_a_day_gives_is_settled_stored_apart_and_audited(tables: Any, admin: Admin) -> None:
    admin.do(1, emoji="🌟")
    planned = admin.form(2, "day", daily="２００", daily_tickets="0")
    assert planned["outcome"] == "planned"
    assert economy() == Economy(GUILD, version=1, daily=200, daily_tickets=0)
    assert game().version == 1  # a pull's item is as it was
    [row] = [each for each in rows(tables) if each["timestamp"] == sort_key(2)]
    assert row["versions"] == {"economy": 1} and "version" not in row
    assert (row["before"], row["after"]) == (
        {"daily": "160", "daily_tickets": "1"},
        {"daily": "200", "daily_tickets": "0"},
    )
    admin.form(3, "streak", streak_30="0")
    admin.form(4, "start", starter_tickets="10")
    assert economy().milestone(30) == 0 and economy().starter_tickets == 10
    assert audited(tables) == []
    ledger = [row for row in rows(tables) if row["user_id"] == KEY]
    found = server_audit.economies(ledger)
    assert [found[version].daily for version in range(4)] == [160, 200, 200, 200]
    assert {**found[3].written(), "version": 3} == {**economy().written(), "version": 3}


def test_what_a_month_gives_is_said_before_and_after(tables: Any, admin: Admin) -> None:
    shown = admin.do(1)
    for language, parts in (
        ("ja", ["通貨 7,840 とチケット 30 枚", "約 79 回", "SSR は平均 1.4 枚"]),
        ("en", ["7,840 and 30 tickets", "about 79 pulls", "1.4 SSR on average"]),
    ):
        for part in parts:
            assert part in words(shown, language)
    settled = admin.form(2, "day", daily="0", daily_tickets="0")
    for part in ("3,040", "約 19 回", "平均 0.3 枚"):
        assert part in words(settled, "ja")
    assert "チケット 30" not in words(settled, "ja")
    again = admin.decide(admin.asked(2, group="day", seen="0" * 8))
    assert again["outcome"] == "recorded" and words(again, "ja") == words(settled, "ja")
    assert "30 日" not in words(admin.form(3, "pause", pause="休み"), "ja")


MONTHS: Final = (
    ("[ticket]\ncounts = true\n", 79),
    ("[limit]\ntotal = 40\n", 40),
    ("[limit]\ntotal = 9\n", 9),  # fewer than the month's tickets
    ("[limit]\nper_day = 1\n", 30),
    ("[limit]\nper_day = 1\nprices = [0]\n", None),
    ("", None),  # a box that the server shares
)


@over(("more", "pulls"), MONTHS)
def test_of_a_month_nothing_is_said_that_a_limit_or_a_shared_box_makes_untrue(
    more: str, pulls: int | None, tables: Any, admin: Admin
) -> None:
    lottery = box_vectors.LOTTERY.replace(b"winter-lottery", b"b1")
    publish(own(cards=2, more=more) if more else Offer("b1", files.put(files.BANNERS, lottery)))
    shown = admin.do(1)
    for language in LANGUAGES:
        said = words(shown, language)
        assert "7,840" in said
        if pulls is None:
            assert ("Summer" if language == "en" else "夏のガチャ") not in said
        else:
            assert f"{pulls} 回" in said or f"{pulls} pull" in said
            assert f" {pulls}.0 " in said


def words(decided: Mapping[str, Any], language: str) -> str:
    return text_of(render.render(COMMAND, content(decided["message"]), language, "1"))


def test_of_two_admins_who_settle_what_is_given_the_second_is_decided_again(
    tables: Any, admin: Admin
) -> None:
    now = economy()
    first, second = (
        each.asked(number, group=group, seen=settings.seen(now, group), **typed)
        for each, number, group, typed in (
            (admin, 1, "day", settings.typed(now, "day") | {"daily": "200"}),
            (Admin(OTHER), 2, "streak", settings.typed(now, "streak") | {"streak_3": "1"}),
        )
    )
    planned = [admin.decide(first), admin.decide(second)]
    assert record(first, planned[0])
    assert not record(second, planned[1])
    assert record(second, admin.decide(second))
    assert (economy().daily, economy().streak_3, economy().version) == (200, 1, 2)
    assert audited(tables) == []


def test_a_changed_clock_is_kept_with_the_one_before(tables: Any, admin: Admin) -> None:
    admin.form(1, "time", timezone="+9", reset_hour="4", language="ja")
    made = snowflake.created_ms(workflow_input(1)["interaction_id"])
    assert economy().clock(game(), made) == Clock("UTC+09:00", 4, made)
    assert economy().clock(game(), made - 1) == Clock("Asia/Tokyo", 0, 0)
    admin.form(2, "time", language="en")  # which is no other clock
    assert economy().version == 1
    admin.form(3, "time", timezone="UTC", reset_hour="0")
    assert economy().clock(game(), made + 1) == Clock("UTC+09:00", 4, made)
    assert economy().clock(game(), made + 2) == Clock("UTC", 0, made + 2)
    assert audited(tables) == []
    [row] = [each for each in rows(tables, "server_settings") if each["setting"] == "economy"]
    for wrong in ({"daily": 7}, {"version": 9}):  # which nobody settled
        tables.put_item(TableName="server_settings", Item=items.to_item({**row, **wrong}))
        assert audited(tables)


@pytest.mark.parametrize(
    ("group", "typed"),
    [
        ("day", {"daily": "100001"}),
        ("day", {"daily_tickets": "11"}),
        ("day", {"ticket_days": "0"}),
        ("day", {"ticket_days": "15"}),
        ("streak", {"streak_7": "-1"}),
        ("start", {"starter_tickets": "many"}),
        ("start", {"starter_days": "0"}),
    ],
)
def test_what_cannot_be_given_is_refused(
    tables: Any, admin: Admin, group: str, typed: dict[str, str]
) -> None:
    refused = admin.form(1, group, **typed)
    assert refused["outcome"] == "refused" and refused["message"]["reopens"].startswith(group)
    assert [each["field"] for each in refused["message"]["problems"]] == [*typed]
    assert economy() == Economy(GUILD)


# --- the audit ------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "a version without a row": ("gacha_history", {"version": 3}),
    "a row that moves money": ("gacha_history", {"amount": 5}),
    "another before": ("gacha_history", {"before": {"emoji": "x"}, "after": {"emoji": "y"}}),
    "a key that is not the interaction's": ("gacha_history", {"interaction_id": "1" * 18}),
    "a kind that is no server's": ("gacha_history", {"kind": "grant"}),
    "a game that nobody settled": ("server_settings", {"emoji": "x"}),
    "a game of a later version": ("server_settings", {"version": 7}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_audit_sees(tables: Any, admin: Admin, name: str) -> None:
    table, changed = BROKEN[name]
    admin.do(1, emoji="🌟")
    admin.do(2, emoji="🟣")
    found = [
        row
        for row in rows(tables, table)
        if row.get("timestamp") == sort_key(2) or row.get("setting") == "game"
    ]
    assert audited(tables) == []
    tables.put_item(TableName=table, Item=items.to_item({**found[0], **changed}))
    assert audited(tables)


@pytest.mark.parametrize("start", ["audit#", "game"])
def test_the_audit_misses_what_is_gone(tables: Any, admin: Admin, start: str) -> None:
    admin.do(1, emoji="🌟")
    [row] = [r for r in rows(tables, "server_settings") if r["setting"].startswith(start)]
    key = items.to_item({name: row[name] for name in ("server_id", "setting")})
    tables.delete_item(TableName="server_settings", Key=key)
    assert audited(tables)
