"""A month of many servers as DynamoDB exports it, made from a seed: what analytics is measured on.

Every draw is the engine's, from the player's own state, and every row has the attributes that the
handlers write (tests/unit/test_analytics.py holds them against rows of theirs). What is left out
is what analytics never reads: hashes are random hex, and no seed is behind them.

The tables are exported in full a week before the end, and then by the day, with an hour in which
two windows overlap. Players come and stay away by habit, most of all in the evening.
"""

from __future__ import annotations

import gzip
import json
import multiprocessing
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Final

from adapters.tables.items import to_item
from gacha import banner, engine, snowflake
from gacha.banner import Banner

ROOT: Final = Path(__file__).parents[1]
SHIPPED: Final = ROOT / "layers/gacha/python/gacha/banners/starlit-atelier.toml"
OWN: Final = ("fifty-fifty", "soft-pity", "sr-every-ten")
"""Of docs/gallery: what servers with banners of their own offer beside the shipped one."""

DAYS: Final = 30
FIRST: Final = int(datetime(2026, 10, 29, 15, tzinfo=UTC).timestamp() * 1000)  # midnight in Japan
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
FULL_MS: Final = FIRST + (DAYS - 7) * DAY_MS
TABLES: Final = ("history", "users", "settings")
ROWS_A_PLAYER: Final = 23
"""About as many as a player's month has, by which a number of rows becomes one of players."""
PARTITIONS: Final = 8
FEW: Final = 100_000
"""Rows that are not worth two processes."""
HOURS: Final = (3, 2, 1, 1, 1, 1, 2, 3, 3, 3, 3, 4, 5, 4, 3, 4, 5, 6, 8, 10, 12, 13, 11, 7)
"""How many of a day's visits begin in each hour."""

PRESENTS: Final = ("welcome-2026", "maintenance-1104", "halloween")
CAMPAIGN: Final = "stream-1111"


@dataclass
class _Player:
    user_id: str
    guild_id: str
    banners: Sequence[Banner]
    joined_ms: int
    commitment: str
    balance: int = 3_200
    version: int = 0
    nonce: int = 0
    shards: int = 0
    streak: int = 0
    tickets: list[int] = field(default_factory=list)  # when each ends
    last_receipt: str = ""
    owned: set[str] = field(default_factory=set)
    states: dict[str, engine.State] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.user_id}@{self.guild_id}"


Event = tuple[int, str, str]
"""When its interaction was made, the ledger's key, and the row's attributes in DynamoDB's notation:
as text, since there are millions."""


def write(folder: Path, rows: int, seed: int, drawn_from: Banner | None = None) -> int:
    """Write about so many rows of the ledger, and all that belongs to them; returns how many.
    `drawn_from` has the rules of which the shipped banner's cards come in truth, where it is not
    its own: for who tests whether that is noticed."""
    work = partial(_part, folder, rows, seed, drawn_from)
    if rows < FEW:
        written = [*map(work, range(2))]
    else:  # anew, since whoever asks may have threads
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            written = [*pool.map(work, range(2))]
    _write_settings(folder)
    for table in TABLES:
        for number in range(8):
            _manifest(folder, table, number)
    return sum(written)


def _part(folder: Path, rows: int, seed: int, drawn_from: Banner | None, worker: int) -> int:
    shipped = banner.parse(SHIPPED.read_bytes(), SHIPPED.name)
    own = [banner.parse((ROOT / f"docs/gallery/{name}.toml").read_bytes(), name) for name in OWN]
    number, written = max(1, rows // ROWS_A_PLAYER), 0
    with ExitStack() as held:
        files = _Files(folder, held)
        for each in range(worker, number, 2):
            chance = random.Random(f"{seed}:{each}")
            player = _made(each, chance, shipped, own)
            written += _play(player, each % PARTITIONS, files, chance, drawn_from)
    return written


def _made(number: int, chance: random.Random, shipped: Banner, own: Sequence[Banner]) -> _Player:
    guild = min(int(chance.paretovariate(0.7)), 400)  # a giant, some of a hundred, many small ones
    day = min(int(chance.expovariate(1 / 9)), DAYS - 1)
    return _Player(
        user_id=str(1_100_000_000_000_000_000 + number * 7_919),
        guild_id=str(1_290_000_000_000_000_000 + guild),
        banners=(shipped, *(own if guild % 3 == 1 else ())),
        joined_ms=_evening(day, chance),
        commitment=_hex(chance),
    )


def _evening(day: int, chance: random.Random) -> int:
    [hour] = chance.choices(range(24), HOURS)
    return FIRST + day * DAY_MS + hour * HOUR_MS + chance.randrange(HOUR_MS)


def _hex(chance: random.Random) -> str:
    return f"{chance.getrandbits(256):064x}"


# --- a player's month -----------------------------------------------------------------------------


def _play(
    player: _Player,
    partition: int,
    files: _Files,
    chance: random.Random,
    drawn_from: Banner | None,
) -> int:
    habit, leaves = chance.betavariate(2, 1.5), chance.choice((0.02, 0.05, 0.2))
    day, written, saved = (player.joined_ms - FIRST) // DAY_MS, 0, False
    while day < DAYS:
        at = _evening(day, chance) if player.version else player.joined_ms
        if at >= FULL_MS and not saved:
            saved = True
            if player.version:
                files.user(partition, player, None)
        for event in _visit(player, day, at, chance, drawn_from):
            files.event(partition, player, event, chance)
            written += 1
        if saved:
            files.user(partition, player, at + 60_000)
        if chance.random() < leaves:
            break
        while day < DAYS:
            day += 1
            if chance.random() < habit:
                break
    if not saved:
        files.user(partition, player, None)
    return written


def _visit(
    player: _Player, day: int, at: int, chance: random.Random, drawn_from: Banner | None
) -> Iterator[Event]:
    """Take the day, sometimes something else, and pull what tickets and the purse pay."""
    for kind, coins, shards, more in _gifts(player, day, at, chance):
        at += chance.randrange(2_000, 20_000)
        if kind == "opening":
            yield at, "0", f'"kind":{{"S":"opening"}},{_amounts(player, player.balance, 0)}'
            continue
        yield _event(player, at, _number(at, chance), kind, coins, shards, more)
    while True:
        at += chance.randrange(2_000, 30_000)
        player.tickets = [ends for ends in player.tickets if ends > at]
        if player.balance >= 1_600 and chance.random() < 0.9:
            count, paid = 10, False
        elif player.tickets:
            count, paid = 1, True
        elif player.balance >= 160 and chance.random() < 0.25:
            count, paid = 1, False
        else:
            break
        of = player.banners[0] if chance.random() < 0.6 else chance.choice(player.banners)
        if not of.sells(count):
            of = player.banners[0]
        yield _pull(player, of, count, at, paid, chance, drawn_from)


def _gifts(
    player: _Player, day: int, at: int, chance: random.Random
) -> Iterator[tuple[str, int, int, str]]:
    """The kinds of what is not drawn, with the coins and shards that each gives, and the rest."""
    if not player.version:
        yield "opening", 0, 0, ""
    player.streak += 1
    ends = FIRST + (day + 3) * DAY_MS
    player.tickets.append(ends)
    coins = 160 + (800 if player.streak % 7 == 0 else 0)
    yield "daily", coins, 0, _DAILY % (ends, _dated(day), player.streak, ends // 1000)
    luck = chance.random()
    if luck < 0.04:
        yield "present", 500, 5, _PRESENT % PRESENTS[day % 3]
    elif luck < 0.06:
        yield "code", 1_600, 0, f'"campaign":{{"S":"{CAMPAIGN}"}},"note":{{"S":""}}'
    elif luck < 0.065:
        yield "grant", 1_000, 0, '"granted_by":{"S":"1100000000000000003"},"reason":{"S":"won"}'
    elif luck < 0.09:
        yield "wish", 0, 0, '"card":{"S":"attic-owl"},"number":{"N":"12"},"wished":{"N":"1"}'


_DAILY: Final = (
    '"tickets":{"L":[{"M":{"n":{"N":"1"},"e":{"N":"%d"}}}]},"day":{"S":"%s"},'
    '"zone":{"S":"Asia/Tokyo"},"hour":{"N":"0"},"streak":{"N":"%d"},"economy":{"N":"0"},'
    '"coming":{"M":{"days":{"N":"2"},"coins":{"N":"160"}}},"next":{"N":"%d"}'
)
_PRESENT: Final = (
    '"presents":{"L":[{"M":{"id":{"S":"%s"},"amount":{"N":"500"},"shards":{"N":"5"}}}]}'
)


@cache
def _dated(day: int) -> str:
    return datetime.fromtimestamp((FIRST + day * DAY_MS) / 1000 + 32_400, UTC).strftime("%F")


def _amounts(player: _Player, coins: int, shards: int) -> str:
    said = f'"guild_id":{{"S":"{player.guild_id}"}},"balance":{{"N":"{player.balance}"}}'
    said += f',"amount":{{"N":"{coins}"}}'
    return said + (f',"shards":{{"N":"{shards}"}}' if shards else "")


def _number(at: int, chance: random.Random) -> tuple[int, int]:
    """The low bits of an interaction's id, and the id."""
    low = chance.getrandbits(22)
    return low, (at - snowflake.DISCORD_EPOCH_MS << 22) | low


def _event(
    player: _Player,
    at: int,
    made: tuple[int, int],
    kind: str,
    coins: int,
    shards: int,
    more: str,
) -> Event:
    low, number = made
    player.version += 1
    player.balance += coins
    player.shards += shards
    key = f"{at}.{low:07d}".rstrip("0").rstrip(".")
    return (
        at,
        key,
        f'"interaction_id":{{"S":"{number}"}},"version":{{"N":"{player.version}"}},'
        f'"kind":{{"S":"{kind}"}},{_amounts(player, coins, shards)},{more}',
    )


def _pull(
    player: _Player,
    of: Banner,
    count: int,
    at: int,
    with_tickets: bool,
    chance: random.Random,
    drawn_from: Banner | None,
) -> Event:
    before = player.states.get(of.id) or engine.start(of)
    price = engine.price(of, before, count)
    rules = drawn_from if drawn_from is not None and drawn_from.id == of.id else of
    cards, after = engine.draw(rules, before, count, _words(chance))
    player.states[of.id] = after
    drawn = [card.id for card in cards]
    new = sorted(set(drawn) - player.owned)
    player.owned.update(drawn)
    more = f'"banner":{{"S":"{of.id}"}},"banner_hash":{{"S":"{of.hash}"}},'
    more += f'"count":{{"N":"{count}"}},"cards":{{"L":[{_listed(drawn)}]}},'
    more += f'"new":{{"L":[{_listed(new)}]}}'
    if with_tickets:
        ends = player.tickets.pop(0)
        more += f',"tickets":{{"L":[{{"M":{{"n":{{"N":"-1"}},"e":{{"N":"{ends}"}}}}}}]}}'
    if shards := count - len(new):
        more += ',"duplicates":{"M":{"n":{"N":"1"}}}'
    low, number = _number(at, chance)
    said = ",".join(f'"{each}"' for each in drawn)
    receipt = (
        f'{{"after":{_state(after)},"banner":"{of.id}","banner_hash":"{of.hash}",'
        f'"before":{_state(before)},"cards":[{said}],"client_seed":"{player.key}",'
        f'"commitment":"{player.commitment}","count":{count},"epoch":0,"interaction_id":"{number}",'
        f'"nonce":{player.nonce},"previous":"{player.last_receipt}","price":{price},'
        f'"user_id":"{player.key}","v":1}}'
    )
    player.nonce += count
    player.last_receipt = _hex(chance)
    more += ',"receipt":{"S":"' + receipt.replace('"', '\\"') + '"}'
    coins = 0 if with_tickets else -price
    return _event(player, at, (low, number), "pull", coins, shards, more)


def _words(chance: random.Random) -> Iterator[int]:
    while True:
        yield chance.getrandbits(64)


def _listed(cards: Sequence[str]) -> str:
    return ",".join(f'{{"S":"{card}"}}' for card in cards)


def _state(of: engine.State) -> str:
    """As a receipt has it. But for its points, which only grow, it is one of a few thousand."""
    return _apart(of._replace(points=0)).replace('"points":0', f'"points":{of.points}')


@lru_cache(1 << 16)
def _apart(of: engine.State) -> str:
    return json.dumps(of.to_dict(), sort_keys=True, separators=(",", ":"))


# --- files ----------------------------------------------------------------------------------------


def export_id(table: str, number: int) -> str:
    """Of the table's full export (0), or of its windows (1 to 7)."""
    return f"0{FULL_MS + number * DAY_MS}-{TABLES.index(table):08x}"


class _Files:
    """The files of all exports, by table, export and partition, opened when they have something."""

    def __init__(self, folder: Path, held: ExitStack) -> None:
        self._folder = folder
        self._held = held
        self._open: dict[tuple[str, int, int], gzip.GzipFile] = {}

    def event(self, partition: int, player: _Player, event: Event, chance: random.Random) -> None:
        """A pull's message arrives a second or so after, which is its row's last write."""
        made_ms, key, row = event
        waited = 180.0
        if '"kind":{"S":"pull"}' in row:
            waited = 550 + min(chance.expovariate(1 / 350), 60_000)
        keys = f'"user_id":{{"S":"{player.key}"}},"timestamp":{{"N":"{key}"}}'
        self._put("history", partition, keys, row, made_ms + int(waited))

    def user(self, partition: int, player: _Player, at_ms: int | None) -> None:
        row = {
            **{"guild_id": player.guild_id, "joined_at": player.joined_ms},
            **{"balance": player.balance, "version": player.version, "epoch": 0},
            **{"commitment": player.commitment, "client_seed": player.key, "nonce": player.nonce},
            **{"last_receipt": player.last_receipt, "rotated": "", "seeded": "", "undelivered": []},
            "states": {banner: state.to_dict() for banner, state in player.states.items()},
            **({"shards": player.shards} if player.shards else {}),
        }
        keys = f'"user_id":{{"S":"{player.key}"}}'
        item = json.dumps(to_item(row), separators=(",", ":"))[1:-1]
        self._put("users", partition, keys, item, at_ms or FULL_MS - 1)

    def _put(self, table: str, partition: int, keys: str, row: str, at_ms: int) -> None:
        if at_ms < FULL_MS:
            self._file(table, 0, partition).write(f'{{"Item":{{{keys},{row}}}}}\n'.encode())
            return
        line = (
            f'{{"Metadata":{{"WriteTimestampMicros":{{"N":"{at_ms}000"}}}},'
            f'"Keys":{{{keys}}},"NewImage":{{{keys},{row}}}}}\n'
        ).encode()
        number, into = divmod(at_ms - FULL_MS, DAY_MS)
        if number < 7:
            self._file(table, number + 1, partition).write(line)
        if 0 < number < 7 and into < HOUR_MS:  # windows overlap by an hour
            self._file(table, number, partition).write(line)

    def _file(self, table: str, number: int, partition: int) -> gzip.GzipFile:
        key = table, number, partition
        if key not in self._open:
            place = self._folder / _place(table, number, partition)
            place.parent.mkdir(parents=True, exist_ok=True)
            opened = gzip.open(place, "wb", compresslevel=1)  # noqa: SIM115 (the caller's to close)
            self._open[key] = self._held.enter_context(opened)
        return self._open[key]


def _prefix(table: str, number: int) -> str:
    """Where an export lies in the bucket (docs/decisions/0052-analytics.md)."""
    began, ended = _window(number)
    day = datetime.fromtimestamp(ended / 1000, UTC).strftime("%F")
    window = f"changes-{began // 1000}-{ended // 1000}" if number else f"full-{ended // 1000}"
    return f"raw/{table}/{day}/{window}"


def _window(number: int) -> tuple[int, int]:
    """The export's begin and end, in Unix milliseconds; of the full one they are the same."""
    if not number:
        return FULL_MS, FULL_MS
    began = FULL_MS + (number - 1) * DAY_MS
    return began, began + DAY_MS + (HOUR_MS if number < 7 else 0)


def _place(table: str, number: int, partition: int) -> str:
    """Of an export in full the files are in its own folder, of the others in one beside it."""
    own = "" if number else f"/{export_id(table, number)}"
    return f"{_prefix(table, number)}/AWSDynamoDB{own}/data/part{partition}.json.gz"


def _write_settings(folder: Path) -> None:
    """What one server calls its banners, and what it gave."""
    guild = str(1_290_000_000_000_000_001)
    names = {each: {"en": each.replace("-", " "), "ja": each} for each in OWN}
    rows: list[dict[str, Any]] = [{"server_id": guild, "setting": "names", "names": names}]
    ends = FIRST + 60 * DAY_MS
    rows += [{"server_id": guild, "setting": f"present#{each}", "ends": ends} for each in PRESENTS]
    rows.append({"server_id": guild, "setting": f"code#{CAMPAIGN}", "ends": ends, "most": 5_000})
    place = folder / _place("settings", 0, 0)
    place.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(place, "wt") as file:
        file.writelines(json.dumps({"Item": to_item(row)}) + "\n" for row in rows)


def _manifest(folder: Path, table: str, number: int) -> None:
    base = folder / _prefix(table, number)
    own = base / "AWSDynamoDB" / export_id(table, number)
    own.mkdir(parents=True, exist_ok=True)
    began, ended = _window(number)
    times = {"exportTime": _iso(ended)}
    if number:
        times = {
            **{"exportType": "INCREMENTAL_EXPORT", "exportFromTime": _iso(began)},
            **{"exportToTime": _iso(ended), "outputView": "NEW_IMAGE"},
        }
    table_arn = f"arn:aws:dynamodb:ap-northeast-1:123456789012:table/{table}"
    summary = {"version": "2023-08-01", "tableArn": table_arn, **times}
    (own / "manifest-summary.json").write_text(json.dumps(summary))
    places = (_place(table, number, each) for each in range(PARTITIONS))
    lines = [json.dumps({"dataFileS3Key": each}) for each in places if (folder / each).exists()]
    (own / "manifest-files.json").write_text("\n".join(lines))


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
