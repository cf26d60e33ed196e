"""Who may do something is decided by what Discord signed and the server settled, as of now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from adapters import seeds
from adapters.tables import items, settings
from commands import registry, render
from commands.command import EDITORS, MANAGERS
from gacha import snowflake
from gacha.game import Game
from tests.support import GUILD, USER, content, rows, workflow_input
from tests.unit.commands.server import Server
from tests.unit.test_interactions import Bot, command, running

ROLE: Final = "1290000000000000055"
OTHER_ROLE: Final = "1290000000000000056"
OF_A_ROLE: Final = [room for room in registry.rooms() if registry.definition(room).role == MANAGERS]
OF_EDITORS: Final = [room for room in registry.rooms() if registry.definition(room).role == EDITORS]
NOW_MS: Final = snowflake.created_ms(str(workflow_input()["interaction_id"]))
DAY_MS: Final = 86_400_000


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bot]:
    with running(monkeypatch) as bot:
        yield bot


def settle(tables: Any, **fields: Any) -> None:
    row = {"server_id": GUILD, "setting": "game", **Game(GUILD).changed(**fields).written()}
    tables.put_item(TableName="server_settings", Item=items.to_item(row))


OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "admin grant": {"amount": 5},
    "admin take": {"amount": 5, "reason": "r"},
    "admin player": {},
    "admin panel": {},
    "admin card picture": {},
    "admin receipt": {"number": "1" * 18},
    "admin present list": {},
    "admin code list": {},
    "admin present new": {"message": "m", "coins": 5, "days": 14},
    "admin code new": {"note": "n", "coins": 5, "days": 30, "singles": 1},
}


# --- roles ----------------------------------------------------------------------------------------


def by_role(server: Server, room: str, roles: list[str] | None) -> dict[str, Any]:
    interaction = server.asked(1, room, **OPTIONS[room])
    return server.work(interaction | ({} if roles is None else {"roles": roles}))


def test_these_are_open_to_a_role() -> None:
    assert set(OF_A_ROLE) == set(OPTIONS)
    assert all(room.startswith(("admin banner", "admin card")) for room in OF_EDITORS)


@pytest.mark.parametrize("room", OPTIONS)
def test_who_holds_the_servers_role_may(tables: Any, server: Server, room: str) -> None:
    settle(tables, managers=ROLE)
    done = by_role(server, room, [OTHER_ROLE, ROLE])
    assert done == by_role(server, room, None)  # as who may manage the server


@pytest.mark.parametrize("room", OPTIONS)
@pytest.mark.parametrize("roles", [[], [OTHER_ROLE], [""]])
def test_who_does_not_is_told_of_both_ways_and_changes_nothing(
    tables: Any, server: Server, room: str, roles: list[str]
) -> None:
    settle(tables, managers=ROLE, editors=OTHER_ROLE)
    refused = by_role(server, room, roles)
    assert refused["outcome"] == "refused"
    body = render.render(room, content(refused["message"]), "ja", "1")
    assert f"<@&{ROLE}>" in body["content"] and "サーバー管理" in body["content"]
    assert rows(tables) == []


@pytest.mark.parametrize("room", OPTIONS)
def test_where_no_role_is_settled_none_may(tables: Any, server: Server, room: str) -> None:
    for roles in ([], [ROLE], [""]):
        assert by_role(server, room, roles)["message"]["sentence"] == "not_allowed"


@pytest.mark.parametrize("room", ["admin settings", "admin log"])
def test_no_role_opens_what_is_not_open_to_one(tables: Any, server: Server, room: str) -> None:
    """`interactions` refuses it already; an input that came about otherwise is refused, too."""
    settle(tables, managers=ROLE, editors=ROLE)
    refused = server.work(server.asked(1, room) | {"roles": [ROLE]})
    assert refused["message"]["sentence"] == "not_allowed"


def test_a_right_that_was_taken_away_before_the_decision_is_none(
    tables: Any, server: Server
) -> None:
    """The role was the server's when the command was given."""
    settle(tables, managers=ROLE)
    assert by_role(server, "admin grant", [ROLE])["outcome"] == "planned"
    settle(tables, managers=OTHER_ROLE)
    assert by_role(server, "admin grant", [ROLE])["outcome"] == "refused"


def member(bot: Bot, room: str, **signed: Any) -> dict[str, Any]:
    subject = {"user": USER} if registry.definition(room).subject else {}
    *group, word = room.split()[1:]
    options = [
        {"name": name, "type": 3, "value": value}
        for name, value in (subject | OPTIONS[room]).items()
    ]
    below: dict[str, Any] = {"name": word, "type": 1, "options": options}
    for each in group:
        below = {"name": each, "type": 2, "options": [below]}
    interaction = command(
        data={
            "name": "gacha-admin",
            "options": [below],
            "resolved": {"users": {USER: {"id": USER}}, "members": {USER: {}}},
        }
    )
    interaction["member"] |= {"permissions": "0", **signed}
    return bot.send(interaction)


@pytest.mark.parametrize("room", OPTIONS)
def test_the_roles_go_along_as_they_were_signed(bot: Bot, room: str) -> None:
    assert member(bot, room, roles=[ROLE, f"0{OTHER_ROLE}", "x", 7])["type"] == 5
    [(_, _, text)] = bot.starter.asked
    assert f'"roles": ["{ROLE}", "{OTHER_ROLE}"]' in text


def test_without_any_role_nothing_is_started(bot: Bot) -> None:
    for roles in ([], None, "x", ["x"]):
        assert member(bot, "admin grant", roles=roles)["type"] == 4
    assert bot.starter.asked == []


def test_who_may_manage_the_server_needs_no_role(bot: Bot) -> None:
    member(bot, "admin grant", roles=[ROLE], permissions="32")
    [(_, _, text)] = bot.starter.asked
    assert '"roles"' not in text


# --- ages -----------------------------------------------------------------------------------------


def born(days: float) -> str:
    """The id of an account that was so old when the interaction was made."""
    return str(int(NOW_MS - days * DAY_MS - snowflake.DISCORD_EPOCH_MS) << 22)


def by_age(server: Server, room: str, user: str, joined_at: str = "") -> dict[str, Any]:
    interaction = server.asked(0, room) | {"user_id": user, "joined_at": joined_at}
    return server.work(interaction)


@pytest.mark.parametrize("room", ["pull", "daily", "fair seed"])
def test_an_account_that_is_too_young_plays_from_its_day_on(
    tables: Any, server: Server, room: str
) -> None:
    settle(tables, min_account_days=7)
    options = {"text": "x"} if room == "fair seed" else {}
    for days, outcome in ((6.999, True), (7.001, False)):
        asked = server.asked(0, room, **options) | {"user_id": born(days)}
        decided = server.work(asked)
        assert (decided["outcome"] == "refused") == outcome
        if outcome:
            assert decided["message"]["sentence"] == "young_account"
            assert abs(decided["message"]["values"]["from"] - NOW_MS / 1000 - 86.4) < 2


@pytest.mark.parametrize(
    ("joined_at", "may"),
    [
        ("2026-11-01T00:00:00.000000+00:00", False),
        ("2015-04-26T06:26:56.936000+00:00", True),
        ("", False),  # a guest has not joined
    ],
)
def test_who_joined_lately_plays_from_that_day_on(
    tables: Any, server: Server, joined_at: str, may: bool
) -> None:
    settle(tables, min_member_days=365)
    decided = by_age(server, "daily", USER, joined_at)
    assert decided["outcome"] == ("planned" if may else "refused")
    if not may:
        assert decided["message"]["sentence"] == "young_member"
        for lang in ("ja", "en"):
            body = render.render("daily", content(decided["message"]), lang, "1")
            assert "365" in body["content"] and "<t:" in body["content"]
        assert rows(tables) == []


def test_what_only_shows_and_what_admins_do_is_for_all(tables: Any, server: Server) -> None:
    settle(tables, min_account_days=365, min_member_days=365)
    assert server.do(0, "profile")["outcome"] == "answered"
    assert server.do(1, "admin grant", amount=5)["outcome"] == "planned"


def test_when_a_member_joined_goes_along_where_it_counts(bot: Bot) -> None:
    joined = "2025-01-02T03:04:05.678000+00:00"
    for name, there in (("pull", True), ("history", False), ("now", True), ("help", True)):
        interaction = command(name)
        interaction["member"]["joined_at"] = joined
        bot.send(interaction)
        assert (f'"joined_at": "{joined}"' in bot.starter.asked[-1][2]) == there
    interaction = command("pull")
    interaction["member"]["joined_at"] = "yesterday"
    bot.send(interaction)
    assert "joined_at" not in bot.starter.asked[-1][2]


# --- language -------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ["pull", "daily", "profile", "history", "admin settings"])
def test_the_servers_language_goes_along_with_every_message(
    tables: Any, server: Server, room: str
) -> None:
    assert "language" not in server.do(0, room)["message"]
    settle(tables, language="en")
    assert server.do(1_000, room)["message"]["language"] == "en"
    assert settings.game(GUILD).language == "en"
