"""The operator's hand on servers' pictures: which there are, and away with them.

    .venv/bin/python -m scripts.pictures discord-gacha reported           what members reported
    .venv/bin/python -m scripts.pictures discord-gacha list --server ID   or --hash HASH, or all
    .venv/bin/python -m scripts.pictures discord-gacha remove HASH        for good, from all servers
    .venv/bin/python -m scripts.pictures discord-gacha remove --server ID all that a server has
    .venv/bin/python -m scripts.pictures discord-gacha erase ID           its drafts and looks, too

`local` in the place of the stack's name is the local cloud that `make run` keeps. What is removed
is blocked: neither the picture nor the files that it was made of can be uploaded again. With
--server, what another server has stays there. Whatever points to a picture is changed by an event
in that server's ledger, which its admins find in their log; `scripts.audit` holds afterwards.

Exit codes: 0 done, 1 something is left (said), 2 bad question, 3 AWS could not be asked.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final, NamedTuple

from boto3.dynamodb.types import TypeDeserializer

from adapters import files
from adapters.tables import settings, transactions
from commands import redactions
from commands.redacting import Server
from gacha import kinds, server, snowflake
from gacha.game import Game
from gacha.making.cards import Cards
from gacha.making.redaction import Redaction
from gacha.making.stored import (
    CARDS,
    PICTURES,
    CardsPointer,
    DraftPointer,
    PicturesPointer,
    draft_setting,
)
from gacha.terminal import plain
from scripts import stack
from scripts.stack import Deployment, StackError, say

TRIES: Final = 5
"""How often a server is changed anew that somebody else changes at the same time."""

READERS: Final = 16
"""Files that are read at once."""

MOST_AT_ONCE: Final = 40
"""Drafts of a server that are erased in one transaction."""

_HASH: Final = re.compile("[0-9a-f]{32}")


class Picture(NamedTuple):
    """`uses` are all that were noted. `size` in bytes; 0 where it is blocked."""

    art: str
    size: int
    uses: tuple[files.Use, ...]

    @property
    def servers(self) -> list[str]:
        """Those that have it."""
        return sorted({use.guild_id for use in self.uses if not use.is_removed})


class BusyError(Exception):
    """A server changes so fast that nothing could be written."""


# --- what there is --------------------------------------------------------------------------------


class Bucket:
    """The stack's bucket as its operator sees it, who may list it and delete versions. `copies` is
    the one in the second Region, None without one."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._client = deployment.client("s3")
        self._name = deployment.output("Bucket")

    def pictures(self, art: str = "") -> list[Picture]:
        """All pictures, or the one of a hash, by their hashes."""
        sizes = {
            each["Key"].removeprefix("art/").removesuffix(".webp"): int(each["Size"])
            for each in self._listed(f"art/{art}")
        }
        uses: dict[str, list[str]] = {}
        for each in self._listed(f"uses/{art}"):
            uses.setdefault(each["Key"].split("/")[1], []).append(each["Key"])
        keys = [key for each in uses.values() for key in each]
        with ThreadPoolExecutor(READERS) as pool:
            read = dict(zip(keys, pool.map(self._use, keys), strict=True))
        return [
            Picture(each, sizes.get(each, 0), tuple(read[key] for key in uses.get(each, ())))
            for each in sorted({*sizes, *uses})
        ]

    def _use(self, key: str) -> files.Use:
        return files.Use.read(self._client.get_object(Bucket=self._name, Key=key)["Body"].read())

    def _listed(self, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._name, Prefix=prefix):
            yield from page.get("Contents", ())

    def forget(self, key: str, *, latest: bool) -> int:
        """Delete the versions of a file, here and in the copies; how many. Without `latest` the
        empty one stays that blocks it, which may come to the copies a little later."""
        found = 0
        for client, name in self._everywhere():
            pages = client.get_paginator("list_object_versions").paginate(Bucket=name, Prefix=key)
            for page in pages:
                for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    if not latest and each["IsLatest"] and not each.get("Size"):
                        continue
                    client.delete_object(Bucket=name, Key=key, VersionId=each["VersionId"])
                    found += 1
        return found

    def _everywhere(self) -> Iterator[tuple[Any, str]]:
        yield self._client, self._name
        region = self._deployment.parameters.get("BackupCopyRegion", "none")
        if region not in ("none", self._deployment.region) and not self._deployment.endpoint:
            account = self._deployment.output("PullStateMachineArn").split(":")[4]
            copies = f"{self._deployment.name}-{account}-files"
            yield self._deployment.client("s3", region), copies


def rows(deployment: Deployment) -> Iterator[dict[str, Any]]:
    """All settings of all servers."""
    read = TypeDeserializer().deserialize
    table = deployment.output("SettingsTable")
    for page in deployment.client("dynamodb").get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            yield {name: read(value) for name, value in item.items()}


def reported(deployment: Deployment) -> int:
    """Print what members reported and no admin has looked at, what is hidden first."""
    found = [
        (row["server_id"], art, each)
        for row in rows(deployment)
        if row["setting"] == PICTURES
        for art, each in PicturesPointer.read(_numbers(row)).reported.items()
    ]
    found.sort(key=lambda each: (not each[2].is_hidden, -each[2].count, each[0]))
    address = deployment.output("ArtUrl")
    for guild, art, each in found:
        state = "hidden" if each.is_hidden else "shown"
        name = plain(each.name.get("en", "?"))
        cards = ", ".join(map(str, each.cards))
        print(f"{art}  server {guild}  {each.count} reports, {state}  card {cards}: {name}")
        print(f"    {address}{art}")
    if not found:
        print("no picture is reported")
    return stack.FOUND


def _numbers(value: Any) -> Any:
    """As the functions read a row: whole numbers are ints."""
    if isinstance(value, dict):
        return {name: _numbers(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_numbers(each) for each in value]
    return int(value) if hasattr(value, "to_integral_value") else value


def listed(deployment: Deployment, guild: str, art: str) -> int:
    """Print the pictures of a server, of a hash, or all."""
    count = size = 0
    for each in Bucket(deployment).pictures(art):
        if guild and guild not in {use.guild_id for use in each.uses}:
            continue
        state = f"{each.size:,} bytes" if each.size else "removed"
        gone = sorted({use.guild_id for use in each.uses} - {*each.servers})
        whose = [*each.servers, *(f"{each} (removed there)" for each in gone)]
        print(f"{each.art}  {state}  servers: {', '.join(whose) or 'none is noted'}")
        count, size = count + bool(each.size), size + each.size
    print(f"{count:,} pictures, {size:,} bytes")
    return stack.FOUND


# --- away with it ---------------------------------------------------------------------------------


def remove(deployment: Deployment, arts: Iterable[str], guild: str = "") -> int:
    """Remove pictures: of a server (`guild`), or of all. Exit code 1 where what a server shows
    could not be changed; the picture is gone from the bucket then, too."""
    bucket, code = Bucket(deployment), stack.FOUND
    for art in arts:
        [*found] = bucket.pictures(art)
        picture = next(iter(found), Picture(art, 0, ()))
        if not guild:
            files.block(files.ART, art)
            for use in picture.uses:
                files.block(files.SOURCES, use.source)
            print(f"{art}: blocked, with {len({use.source for use in picture.uses})} uploads of it")
        for each in [guild] if guild else picture.servers:
            try:
                cards = _taken_out(deployment, each, art)
                print(f"{art}: taken out of server {each} ({cards} cards)")
            except BusyError:
                print(f"{art}: server {each} is being changed; please run this again")
                code = stack.NOT_SO
        if files.is_blocked(files.ART, art):
            versions = bucket.forget(files.ART.key(art), latest=False)
            print(f"{art}: gone, and {versions} old versions of it")
        else:
            print(f"{art}: stays in the bucket, for servers {', '.join(_others(bucket, art))}")
    return code


def _others(bucket: Bucket, art: str) -> list[str]:
    return [each for picture in bucket.pictures(art) for each in picture.servers]


def _taken_out(deployment: Deployment, guild: str, art: str) -> int:
    """Take a picture out of all that a server shows; of how many cards. Raises BusyError."""
    for _ in range(TRIES):
        game = settings.game(guild)
        made = Server(guild, game, art).taken_out(for_good=True)
        if made.problem:  # nothing shows it any more
            files.remove(art, guild)
            return 0
        applied = redactions.applied(game, made, is_gone=True)
        if applied is not None and _record(deployment, guild, "removed", made, applied):
            return len(made.cards)
    raise BusyError(guild)


def _record(
    deployment: Deployment, guild: str, did: str, made: Redaction, applied: redactions.Applied
) -> bool:
    """Write it as an event of the server's; whether nobody was faster."""
    pictures = PicturesPointer.read(settings.setting(guild, PICTURES))
    after = pictures.without(made.art, is_looked=False)
    changed = (*applied.settings, server.Setting(PICTURES, after.version, after.content()))
    event = {
        "kind": kinds.PICTURE,
        "by": operator(deployment),
        "did": did,
        "art": made.art,
        "number": made.cards[0] if made.cards else 0,
        "name": dict(made.name),
    }
    return _write(server.Change(guild, event, applied.game, changed), applied.noted)


def _write(change: server.Change, noted: Iterable[Any] = ()) -> bool:
    names = settings.names(change.guild_id) if change.game else {}
    transaction = [*transactions.of_server(change, new_id(), names), *noted]
    return transactions.write(transaction).outcome == "recorded"


def new_id() -> str:
    """As Discord makes them, with low bits that none of its workers has."""
    made = int(time.time() * 1000) - snowflake.DISCORD_EPOCH_MS
    return str(made << 22 | random.getrandbits(22))


def operator(deployment: Deployment) -> str:
    """Who did it, in a server's log: the bot itself, whose user has the application's id."""
    found = re.search(r"client_id=(\d+)", deployment.outputs.get("InviteUrl", ""))
    return found[1] if found else "0"


# --- a server's own -------------------------------------------------------------------------------


def erase(deployment: Deployment, guild: str) -> int:
    """Remove a server's pictures, and delete its drafts, previews, looks and list of cards. Banner
    files stay, because receipts name them, and so do numbers, which copies are counted under."""
    bucket = Bucket(deployment)
    arts = [each.art for each in bucket.pictures() if guild in each.servers]
    for art in arts:
        if not files.remove(art, guild):
            bucket.forget(files.ART.key(art), latest=False)
    mine, others = _hashes(deployment, guild)
    for _ in range(TRIES):
        if _erased(deployment, guild):
            break
    else:
        print(f"server {guild} is being changed; please run this again")
        return stack.NOT_SO
    kept = mine & others
    for kind, hash_ in sorted(mine - others, key=str):
        bucket.forget(kind.key(hash_), latest=True)
        files.forget(kind, hash_)
    print(f"server {guild}: {len(arts)} pictures, {len(mine - others)} files of drafts and looks")
    if kept:
        print(f"{len(kept)} files stay: another server has the same")
    return stack.FOUND


def _erased(deployment: Deployment, guild: str) -> bool:
    """Empty a server's pointers; whether nobody was faster."""
    game = settings.game(guild)
    cards = CardsPointer.read(settings.setting(guild, CARDS))
    by = operator(deployment)
    event = {"kind": kinds.PICTURE, "by": by, "did": "erased", "art": "", "number": 0, "name": {}}
    drafts = list(cards.drafts)
    while len(drafts) > MOST_AT_ONCE:  # those beyond, first
        some, drafts = drafts[:MOST_AT_ONCE], drafts[MOST_AT_ONCE:]
        if not _write(server.Change(guild, event, settings=tuple(_emptied(guild, some)))):
            return False
    noted = []
    for offer in game.offers:
        bare = [replace(each, look="") for each in settings.versions(guild, offer.id)]
        noted.append(settings.versions_item(guild, offer.id, bare))
    pictures = PicturesPointer.read(settings.setting(guild, PICTURES))
    none = PicturesPointer(pictures.version + 1)
    changed = [*_emptied(guild, drafts), server.Setting(PICTURES, none.version, none.content())]
    if cards.version:
        kept = Cards.none()
        if cards.file:
            known = Cards.read(files.get(files.CARDS, cards.file))
            kept = Cards({}, known.next_number)  # a number is never given twice
        left = files.put(files.CARDS, kept.written())
        after = CardsPointer(cards.version + 1, left, cards.next_banner)
        changed.append(server.Setting(CARDS, after.version, after.content()))
    bare_game = _without_looks(game)
    return _write(server.Change(guild, event, bare_game, tuple(changed)), noted)


def _without_looks(game: Game) -> Game | None:
    if not game.offers:
        return None
    return game.changed(offers=tuple(replace(each, look="") for each in game.offers))


def _emptied(guild: str, drafts: Iterable[str]) -> Iterator[server.Setting]:
    for banner in drafts:
        name = draft_setting(banner)
        before = DraftPointer.read(settings.setting(guild, name))
        if before.version and (before.file or before.published):
            after = DraftPointer(before.version + 1)
            yield server.Setting(name, after.version, after.content())


Named = set[tuple[files.Kind, str]]


def _hashes(deployment: Deployment, guild: str) -> tuple[Named, Named]:
    """The files that a server's settings name, and those that other servers' do."""
    mine: Named = set()
    others: Named = set()
    for row in rows(deployment):
        named = mine if row["server_id"] == guild else others
        named |= set(_named(_numbers(row)))
    return mine, others


def _named(row: dict[str, Any]) -> Iterator[tuple[files.Kind, str]]:
    setting = row["setting"]
    if setting == settings.GAME:
        looks = [each.look for each in settings.game_of(row["server_id"], row).offers]
        yield from ((files.LOOKS, look) for look in looks if look)
    elif setting == CARDS and row.get("file"):
        yield files.CARDS, row["file"]
    elif setting.startswith(settings.VERSIONS):
        yield from ((files.LOOKS, each) for each in settings.looks_of(row) if each)
    elif setting.startswith(draft_setting("")):
        pointer = DraftPointer.read(row)
        for of in (pointer.content(), pointer.published):
            for name, kind in _OF_DRAFTS.items():
                if of.get(name):
                    yield kind, of[name]


_OF_DRAFTS: Final = {"file": files.DRAFTS, "look": files.LOOKS, "preview": files.PREVIEWS}


# --- the command line -----------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.pictures",
        description="Which pictures servers have, and away with them.",
        epilog="exit codes: 0 done, 1 something is left, 2 bad question, 3 AWS could not be asked",
    )
    parser.add_argument("stack", help="the stack's name on AWS, or local")
    stack.add_region(parser)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("reported", help="what members reported")
    listing = commands.add_parser("list", help="pictures, and which servers have them")
    listing.add_argument("--server", type=stack.discord_id, help="of this server")
    listing.add_argument("--hash", type=_hash, help="of this hash")
    removing = commands.add_parser("remove", help="take pictures away for good")
    removing.add_argument("hashes", nargs="*", type=_hash, metavar="HASH", help="from all servers")
    removing.add_argument("--server", type=stack.discord_id, help="all that it has")
    erasing = commands.add_parser("erase", help="a server's pictures, drafts and looks")
    erasing.add_argument("server", type=stack.discord_id)
    given = parser.parse_args(arguments)
    if given.command == "remove" and bool(given.hashes) == bool(given.server):
        parser.error("remove needs hashes, or --server")
    return stack.ending(lambda: run(given))


def run(given: argparse.Namespace) -> int:
    where = stack.local() if given.stack == "local" else stack.on_aws(given.stack, given.region)
    where.for_adapters()
    if given.command == "reported":
        return reported(where)
    if given.command == "list":
        return listed(where, given.server or "", given.hash or "")
    if given.command == "erase":
        return erase(where, given.server)
    arts = given.hashes
    if given.server:
        say(f"looking for the pictures of server {given.server}")
        arts = [each.art for each in Bucket(where).pictures() if given.server in each.servers]
        if not arts:
            raise StackError(f"the server {given.server} has no pictures")
    return remove(where, arts, given.server or "")


def _hash(text: str) -> str:
    """A picture's, also as the end of its address. Raises ArgumentTypeError."""
    found = _HASH.fullmatch(text.rstrip("/").rpartition("/")[2].removesuffix(".webp"))
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no picture's hash (32 hex digits)")
    return found[0]


if __name__ == "__main__":
    sys.exit(stack.ending(main))
