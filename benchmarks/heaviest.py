"""What members can make dear: each command over the largest server that there can be.

    PYTHONPATH=layers/gacha/python python -m benchmarks.heaviest [command ...]

The server offers twenty-five banners with names as long as they may be: one of a thousand cards
with Endfield's rules (tests/banners), one of a thousand under every rule that a file can have, and
others. Who asks has two thousand cards and a hundred ten-pulls behind them. Each command is a cold
start of its worker's built package (as benchmarks.cold_pull has it), which reads all of it anew; a
second use shows what is left when the files are known.

A 128 MB function has 128/1769 of a CPU, so what an event takes there is worked out from the CPU
time here. Memory is the process's own at its largest; Lambda's runtime adds a few megabytes. Fails
where an event takes more than MOST_S, or a process more than MOST_MB.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from adapters.tables import collection, players, settings, transactions
from adapters.tables.items import to_item
from benchmarks.cold_pull import BUCKET, WORK, Stub, Took, Way, build, pack, run_one, stubs
from benchmarks.first_answer import alone
from commands.asked import Asked
from gacha import banner, fairness, player, pulling, snowflake
from gacha.banner import Banner
from gacha.game import Game, Offer
from local import ROOT
from local.client import snowflake as interaction_id
from local.discord_application import APPLICATION
from tests.support import GUILD
from tests.unit.test_announce import largest_banner

MOST_S: Final = 10.0
MOST_MB: Final = 100
PULLS: Final = 100
CARDS: Final = 1_000

USER: Final = "1290000000000000777"
KEY: Final = f"{USER}@{GUILD}"

COMMANDS: Final[Mapping[str, tuple[str, tuple[Mapping[str, Any], ...]]]] = {
    "collection": (
        "answer",
        tuple(
            {"show": show, "sort": sort, "view": view}
            for show, sort, view in (
                ("all", "number", "p"),
                ("all", "rarity", "l"),
                ("owned", "date", "l"),
                ("missing", "count", "l"),
                ("duplicates", "count", "p"),
                ("new", "date", "l"),
                ("wished", "number", "p"),
            )
        ),
    ),
    "luck": ("answer", ({"banner": "b1"}, {"banner": "b2"})),
    "rates": ("answer", ({"banner": "b1"}, {"banner": "b2"})),
    "card": ("answer", ({"name": "札"}, {"name": "c999"})),
    "banners": ("answer", ({},)),
    "profile": ("answer", ({},)),
    "now": ("answer", ({},)),
    "history": ("answer", ({},)),
    "wishlist": ("plan", ({}, {"card": "札"})),
    "exchange": ("plan", ({},)),
    "shop": ("plan", ({},)),
    "pull": ("draw", ({"banner": "b1", "count": 10}, {"banner": "b2", "count": 10})),
}


def main(wanted: list[str]) -> int:
    missed = False
    with alone(), stubs() as stub:
        way = Way("now", WORK / "build", ("answer", "plan", "draw"))
        build(way.build)
        pack(way, stub)
        os.environ |= {name: each for name, each in way.environment.items() if "TABLE" in name}
        os.environ["AWS_REGION"] = way.environment["AWS_REGION"]
        fill(way, stub)
        print(f"{'':62}{'cold, s':>9}{'warm, s':>9}{'MB':>6}")
        for room, (worker, options) in COMMANDS.items():
            for each in options if not wanted or room in wanted else ():
                cold, warm, most = took(way, stub, worker, room, each)
                is_over = max(cold, warm) > MOST_S or most > MOST_MB
                missed |= is_over
                shown = f"{worker}: {room} {json.dumps(each, ensure_ascii=False)}"
                print(f"{shown:62.62}{cold:9.2f}{warm:9.2f}{most:6.0f}{'  !' * is_over}")
    print(f"at most {MOST_S:.0f} s and {MOST_MB} MB are wanted")
    return int(missed)


def took(
    way: Way, stub: Stub, worker: str, room: str, options: Mapping[str, Any]
) -> tuple[float, float, float]:
    """Seconds of a first and of a second use, and megabytes."""
    stub.database = way.database
    events = [{"interaction": asked(room, options)} for _ in range(2)]
    ended = run_one(way, worker, events)
    for answer in ended["answers"]:
        if "message" not in answer:
            sys.exit(f"{room} {options}: {answer}")
    cold, warm = (Took(0, 0, 0, cpu).worked_out for _, cpu in ended["times"][1:])
    return cold, warm, ended["megabytes"]


def asked(room: str, options: Mapping[str, Any]) -> dict[str, Any]:
    given = Asked(
        interaction_id=interaction_id(),
        application_id=APPLICATION,
        sealed_token="sealed",
        guild_id=GUILD,
        user_id=USER,
        language="ja",
        command=room,
        options=options,
    )
    read: dict[str, Any] = json.loads(given.written())
    return read


# --- the largest server ---------------------------------------------------------------------------


def fill(way: Way, stub: Stub) -> None:
    """The server's banners and settings, and the player's rows."""
    texts = {"b1": endfield(), "b2": largest_banner().replace('id = "largest"', 'id = "b2"')}
    texts |= {f"b{number}": small(number) for number in range(3, 26)}
    read = {id_: banner.parse(text.encode(), id_) for id_, text in texts.items()}
    for id_, text in texts.items():
        stub.files[f"/{BUCKET}/banners/{read[id_].hash}.toml"] = text.encode()
    offers = tuple(Offer(id_, each.hash) for id_, each in read.items())
    game = Game(guild_id=GUILD, version=1, offers=offers, has_sample=False, default="b1")
    names = {id_: each.name for id_, each in read.items()}
    for item in settings.put_game(game, names):
        way.database.put_item(TableName="settings", Item=item["Put"]["Item"])
    for item in rows(read["b1"], offers[0]):
        way.database.put_item(TableName="history", Item=item)
    owned = [card for each in (read["b1"], read["b2"]) for card in each.cards]
    pages: dict[int, dict[str, Any]] = {}
    for card in owned:
        page = pages.setdefault(card.number // collection.CARDS_A_PAGE, {})
        page[f"card:{card.id}"] = 1 + card.number % 3
        if card.number % 250 == 0:
            page[f"wish:{card.id}"] = card.number
    for number, page in pages.items():
        item = to_item({"user_id": KEY, "page": number, **page})
        way.database.put_item(TableName="collection", Item=item)
    way.database.put_item(TableName="users", Item=to_item(players.written(_player[0])))


_player: Final[list[player.Player]] = []
"""As the pulls leave them."""


def rows(of: Banner, offer: Offer) -> Iterator[dict[str, Any]]:
    """Of a hundred ten-pulls, just now."""
    seed = fairness.server_seed(b"s" * 64, KEY, 0)
    now = replace(
        player.newcomer(KEY, GUILD, 0, fairness.commitment(seed)), balance=10**9, client_seed="c"
    )
    last = snowflake.created_ms(interaction_id())
    for number in range(PULLS):
        at = str((last - (PULLS - number) * 60_000 - snowflake.DISCORD_EPOCH_MS) << 22)
        drawn = pulling.pull(now, of, offer, 10, at, seed, "c")
        assert isinstance(drawn, pulling.Pull)
        item: dict[str, Any] = transactions.of_pull(drawn, ())[0]["Put"]["Item"]
        item.pop("undelivered", None)
        yield item
        now = replace(drawn.after, undelivered=())
    _player[:] = [now]


def endfield() -> str:
    """Endfield's rules over a thousand cards."""
    text = (ROOT / "tests/banners/endfield.toml").read_text()
    known = banner.parse(text.encode(), "endfield")
    head = text.replace(f'id = "{known.id}"', 'id = "b1"', 1)
    lowest = known.rarities[-1].id
    cards = [
        f'[[card]]\nid = "c{number}"\nnumber = {2_000 + number}\nrarity = "{lowest}"\n'
        f'name = {{ ja = "{"札" * 20}{number}", en = "{"C" * 20}{number}" }}'
        for number in range(CARDS - len(known.cards))
    ]
    return "\n".join([head, *cards])


def small(number: int) -> str:
    """One card, under a name as long as it may be."""
    name = f"{number:02}"
    return (
        f'id = "b{number}"\nkind = "k{number}"\nprice = {{ one = 160, ten = 1600 }}\n'
        f'name = {{ ja = "{name.ljust(80, "名")}", en = "{name.ljust(80, "N")}" }}\n'
        f'[[rarity]]\nid = "r"\nname = {{ ja = "R", en = "R" }}\nrate = "1"\n'
        f'[[card]]\nid = "s{number}"\nnumber = {4_000 + number}\nrarity = "r"\n'
        f'name = {{ ja = "{name.ljust(80, "札")}", en = "{name.ljust(80, "C")}" }}\n'
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
