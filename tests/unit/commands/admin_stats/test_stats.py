"""/gacha-admin stats: a week from the last export, and the banner furthest from its odds."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from typing import Any, Final

import boto3
import pytest

from adapters import analytics, banners, seeds
from commands import render
from commands.admin_stats import answer as room
from commands.admin_stats import texts
from tests.over import over
from tests.support import GUILD, content
from tests.unit import test_athena
from tests.unit.commands.server import Server

BUCKET: Final = "discord-gacha-analyticsbucket-0a1b2c3d4e5f"
SAMPLE: Final = "starlit-atelier"
COLUMNS: Final = (
    *("guild", "last_day", "players", "returned", "returnable", "pulls", "draws", "coins_in"),
    *("coins_out", "banners"),
)
WEEK: Final = ("2026-11-28", 1234, 300, 1000, 5678, 23456, 1_000_000, 900_000)
Write = Callable[..., None]


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


@pytest.fixture
def write(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Leaves what Athena would; of other servers, too."""
    monkeypatch.setenv("ANALYTICS_BUCKET", BUCKET)
    monkeypatch.setenv("ANALYTICS_SALT", "s4lt")
    client: Any = boto3.client("s3")
    where = {"LocationConstraint": os.environ["AWS_REGION"]}
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)

    def write(*servers: tuple[str, Any]) -> None:
        file = io.StringIO()
        lines = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        lines.writerow(COLUMNS)
        for guild, drawn in servers:
            lines.writerow([analytics.hashed(guild), *WEEK, json.dumps(drawn)])
        client.put_object(Bucket=BUCKET, Key=analytics.KEY, Body=file.getvalue().encode())

    return write


def drawn(got: int, pulls: int = 200) -> dict[str, Any]:
    """So many single pulls on the sample, all as a first pull is, which gave so many of its top
    rarity."""
    banner = banners.load(SAMPLE)
    top = next(card.id for card in banner.cards if card.rarity == banner.rarities[0].id)
    rest = next(card.id for card in banner.cards if card.rarity == banner.rarities[-1].id)
    cards = {top: got, rest: pulls - got}
    return {"banner": SAMPLE, "hash": banner.hash, "cards": cards, "states": [[None, 1, pulls]]}


def shown(server: Server, lang: str = "en") -> dict[str, Any]:
    message = server.do(99_999, "admin stats")["message"]
    [embed] = render.render("admin stats", content(message), lang, "1")["embeds"]
    assert isinstance(embed, dict)
    return embed


def said(server: Server) -> str:
    message = server.do(99_999, "admin stats")["message"]
    return str(message["sentence"])


def test_the_week_of_this_server_alone(write: Write, server: Server) -> None:
    write(("1", []), (GUILD, [drawn(3)]), ("2", []))
    embed = shown(server)
    values = {field["name"]: field["value"] for field in embed["fields"]}
    assert "2026-11-28" in embed["description"]
    assert values["Players"] == (
        "**1,234** played\n**300** of the 1,000 who played in the week before came back"
    )
    assert values["Pulls"] == "**5,678** pulls, 23,456 cards"
    assert values["In and out"] == "In: **1,000,000**\nOut: **900,000**"
    assert "daily export" in embed["footer"]["text"]


@over("place", [0, 1, 2])
def test_its_line_is_found_wherever_it_stands(write: Write, server: Server, place: int) -> None:
    others: list[tuple[str, Any]] = [("1", []), ("2", [])]
    write(*others[:place], (GUILD, []), *others[place:])
    assert "2026-11-28" in shown(server)["description"]


def test_what_is_as_its_rules_have_it_is_chance(write: Write, server: Server) -> None:
    expected = room.furthest(GUILD, [drawn(0)])
    assert expected is not None
    number = round(float(expected["expected"]))
    write((GUILD, [drawn(number)]))
    odds = shown(server)["fields"][-1]
    assert odds["name"] == "Furthest from its odds"
    assert f": {number} " in odds["value"] and "comes about by chance" in odds["value"]


def test_what_is_far_from_its_rules_is_said_to_be_so(write: Write, server: Server) -> None:
    write((GUILD, [drawn(60)]))
    value = shown(server)["fields"][-1]["value"]
    assert "tell whoever runs the bot" in value and "at most 0.01 %" in value
    value = shown(server, "ja")["fields"][-1]["value"]
    assert "運営者に知らせてください" in value


def test_of_several_versions_the_furthest_is_named(tables: Any) -> None:
    far, near = room.furthest(GUILD, [drawn(60)]), room.furthest(GUILD, [drawn(4)])
    both = room.furthest(GUILD, [drawn(4), drawn(60)])
    assert far and near and both
    assert both["got"] == far["got"] == 60
    # Whoever looks at two has twice the chance to see something odd.
    assert float(both["bound"]) >= float(far["bound"])
    assert both["tested"] == both["banners"] == 2


@over(
    "other",
    [
        {"states": None},
        {"hash": "0" * 64, "banner": "gone"},
        {"hash": "no hash", "banner": "gone"},
        {"states": [[{"strange": 1}, 1, 3]]},
    ],
)
def test_what_cannot_be_worked_out_is_left_out_and_said(tables: Any, other: dict[str, Any]) -> None:
    strange = {**drawn(1), **other}
    assert room.furthest(GUILD, [strange]) is None
    both = room.furthest(GUILD, [drawn(4), strange])
    assert both and (both["tested"], both["banners"]) == (1, 2)


def test_the_banner_that_most_pulls_were_of_is_not_the_one_left_out(tables: Any) -> None:
    """A part by the number of its states: with as much as three others each, it had too little."""
    many = [[{"since": {"ssr": n % 89, "sr": n % 9}}, 1, 1] for n in range(700)]
    busiest = {**drawn(12, pulls=700), "states": many}
    found = room.furthest(GUILD, [busiest, drawn(1), drawn(1), drawn(1)])
    assert found and (found["tested"], found["banners"]) == (4, 4)


def test_nothing_to_test_is_said(write: Write, server: Server) -> None:
    write((GUILD, []))
    assert "No banner of this week" in shown(server)["fields"][-1]["value"]
    assert "ありません" in shown(server, "ja")["fields"][-1]["value"]


def test_before_the_first_export_and_for_a_server_where_nobody_played(
    write: Write, server: Server
) -> None:
    assert said(server) == "not_yet"
    write(("1", []))
    assert said(server) == "nobody"


def test_switched_off_it_says_how_it_is_switched_on(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANALYTICS_BUCKET", raising=False)
    assert said(server) == "off"
    for sentence in texts.SENTENCES["off"]:
        assert "`Analytics`" in sentence and "`DAILY`" in sentence


def test_the_hash_is_that_of_the_relations(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own implementation, which the queries are held against, too."""
    monkeypatch.setenv("ANALYTICS_SALT", test_athena.SALT)
    assert analytics.hashed(GUILD) == test_athena.hashed(GUILD)
