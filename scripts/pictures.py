"""The operator's hand on servers' pictures: which there are, and away with them.

    .venv/bin/python -m scripts.pictures discord-gacha reported           what members reported
    .venv/bin/python -m scripts.pictures discord-gacha list --server ID   or --hash HASH, or all
    .venv/bin/python -m scripts.pictures discord-gacha remove HASH        for good, from all servers
    .venv/bin/python -m scripts.pictures discord-gacha remove --server ID all that a server has
    .venv/bin/python -m scripts.pictures discord-gacha erase ID           its drafts and looks, too
    .venv/bin/python -m scripts.pictures discord-gacha sweep --yes        what nothing leads to

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
from datetime import datetime
from typing import Any, Final, NamedTuple

from boto3.dynamodb.types import TypeDeserializer

from adapters import files
from adapters.tables import items, players, settings, transactions
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
from gacha.player import ERASING, NOBODY
from gacha.terminal import plain
from scripts import stack
from scripts.stack import Deployment, StackError, say

TRIES: Final = 5
"""How often a server is changed anew that somebody else changes at the same time."""

READERS: Final = 16
"""Files that are read at once."""

MOST_AT_ONCE: Final = 40
"""Drafts of a server that are erased in one transaction."""

TEXTS: Final = (files.LOOKS, files.PREVIEWS, files.DRAFTS, files.CARDS)
"""What is written of a server's cards and banners, but for banner files, which receipts name."""

SETTLED_MS: Final = 60 * 60 * 1000
"""How old a file is that a sweep looks at: the workshop writes what settings name minutes later."""

ALWAYS: Final = sys.maxsize
"""When a server was erased of which there is nothing at all."""

_HASH: Final = re.compile("(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


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
        sizes = self.sizes(art)
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

    def sizes(self, art: str = "") -> dict[str, int]:
        """Hash → bytes of the pictures, or of the one; 0 where it is blocked."""
        return {
            each["Key"].removeprefix("art/").removesuffix(".webp"): int(each["Size"])
            for each in self._listed(f"art/{art}")
        }

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

    def texts(self) -> dict[str, int]:
        """The keys of all looks, previews, drafts and lists of cards that are not blocked, and
        since when each is there, in Unix milliseconds."""
        return {
            each["Key"]: _ms(each["LastModified"])
            for kind in TEXTS
            for each in self._listed(f"{kind.folder}/")
            if each["Size"]
        }

    def arts(self, keys: Iterable[str]) -> set[str]:
        """The pictures that these files name."""
        with ThreadPoolExecutor(READERS) as pool:
            return {art for each in pool.map(self._text, keys) for art in _HASH.findall(each)}

    def _text(self, key: str) -> str:
        try:
            body: bytes = self._client.get_object(Bucket=self._name, Key=key)["Body"].read()
        except self._client.exceptions.NoSuchKey:
            return ""  # which whoever reads it finds, too
        return body.decode()

    def noted(self) -> dict[str, list[tuple[int, int]]]:
        """By hash, the place of each use and when it was noted, in the order of `Picture.uses`."""
        found: dict[str, list[tuple[int, int]]] = {}
        for each in self._listed("uses/"):
            _, art, name = each["Key"].split("/")
            place = int(name.removesuffix(".txt"))
            found.setdefault(art, []).append((place, _ms(each["LastModified"])))
        return found

    def delete(self, key: str) -> None:
        """Here and in the copies. Its versions stay for 35 days, as the bucket's rules say."""
        for client, name in self._everywhere():
            client.delete_object(Bucket=name, Key=key)

    def restore(self, prefix: str) -> bool:
        """Take deletions of files that begin so back, if there are any."""
        found = False
        for client, name in self._everywhere():
            listed = client.list_object_versions(Bucket=name, Prefix=prefix)
            for each in listed.get("DeleteMarkers", ()):
                if each["IsLatest"]:
                    place = {"Key": each["Key"], "VersionId": each["VersionId"]}
                    client.delete_object(Bucket=name, **place)
                    found = True
        return found


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


# --- what nothing leads to ------------------------------------------------------------------------


def sweep(deployment: Deployment, *, is_sure: bool) -> int:
    """Delete what owners edited away, and what an erased server left; only count it, unless sure.
    What a sweep deleted and settings name again, as after a restore, comes back.

    A text file goes where no server's settings name it. A picture goes where none of those that
    stay shows it, and every server that had it was erased since it came: of a server that goes on,
    messages of before may still show it.
    """
    bucket, until_ms = Bucket(deployment), int(time.time() * 1000) - SETTLED_MS
    texts = bucket.texts()
    named, reported = _led_to(deployment)
    back = _back(bucket, named - {*texts}) if is_sure else 0
    shown = bucket.arts(named) | reported
    if is_sure:
        for art in shown - {*bucket.sizes()}:
            back += _back(bucket, [files.ART.key(art)])
            _back(bucket, [f"uses/{art}/"])
    loose = [key for key, at_ms in texts.items() if key not in named and at_ms < until_ms]
    dead, left = _dead(deployment, bucket, shown, until_ms)
    print(
        f"{len(loose):,} files of drafts and looks, {len(dead):,} pictures: nothing leads to them"
    )
    if not is_sure:
        print("with --yes they are deleted; the bucket keeps what it had of them for 35 days")
        return stack.FOUND
    for key in (*loose, *(key for each in dead for key in _keys(each))):
        bucket.delete(key)
    for art, place, use in left:
        files.change_use(art, place, use._replace(guild_id=NOBODY, is_removed=True))
    # Somebody may have made the very same file meanwhile.
    back += _back(bucket, {*loose} & _led_to(deployment)[0])
    print(f"deleted, and {back:,} brought back; the bucket keeps what it had for 35 days")
    return stack.FOUND


def _back(bucket: Bucket, keys: Iterable[str]) -> int:
    return sum(map(bucket.restore, keys))


def _led_to(deployment: Deployment) -> tuple[set[str], set[str]]:
    """The keys of the text files that any server's settings name, and the pictures that members
    reported."""
    named, reported = set[str](), set[str]()
    for row in map(_numbers, rows(deployment)):
        named |= {kind.key(hash_) for kind, hash_ in _named(row)}
        if row["setting"] == PICTURES:
            reported |= {*PicturesPointer.read(row).reported}
    return named, reported


def _dead(
    deployment: Deployment, bucket: Bucket, shown: set[str], until_ms: int
) -> tuple[list[Picture], list[tuple[str, int, files.Use]]]:
    """The pictures that only erased servers had; and of the others the uses that erased ones left,
    by hash and place. What is blocked stays so."""
    servers = {row["server_id"] for row in rows(deployment)}
    erased = {NOBODY: ALWAYS}
    noted = bucket.noted()
    dead: list[Picture] = []
    left: list[tuple[str, int, files.Use]] = []
    for each in bucket.pictures():
        gone, places = [], noted.get(each.art, [])
        if len(places) != len(each.uses):  # somebody sends it just now
            continue
        for use, (place, at_ms) in zip(each.uses, places, strict=True):
            guild = use.guild_id
            if guild not in erased:
                erased[guild] = _erased_ms(guild) if guild in servers else ALWAYS
            if at_ms < min(erased[guild], until_ms):
                gone.append((each.art, place, use))
        if each.size and gone and len(gone) == len(each.uses) and each.art not in shown:
            dead.append(each)
        else:
            left += [found for found in gone if found[2].guild_id != NOBODY]
    return dead, left


def _erased_ms(guild: str) -> int:
    """When a server that goes on was erased last; 0 if never, or not yet to its end."""
    row = items.get(*players.place(players.of_server(guild))) or {}
    at_ms = int(row.get("erased", 0))
    return 0 if at_ms == ERASING else at_ms


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _keys(of: Picture) -> Iterator[str]:
    yield files.ART.key(of.art)
    for use in of.uses:
        if files.made_of(use.source) == of.art:  # neither blocked, nor another's
            yield files.SOURCES.key(use.source)
    yield from (f"uses/{of.art}/{place}.txt" for place in range(len(of.uses)))


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
    sweeping = commands.add_parser("sweep", help="what nothing leads to; without --yes it counts")
    sweeping.add_argument("--yes", action="store_true", help="delete it")
    given = parser.parse_args(arguments)
    if given.command == "remove" and bool(given.hashes) == bool(given.server):
        parser.error("remove needs hashes, or --server")
    return run(given)


def run(given: argparse.Namespace) -> int:
    where = stack.local() if given.stack == "local" else stack.on_aws(given.stack, given.region)
    where.for_adapters()
    if given.command == "reported":
        return reported(where)
    if given.command == "list":
        return listed(where, given.server or "", given.hash or "")
    if given.command == "erase":
        return erase(where, given.server)
    if given.command == "sweep":
        return sweep(where, is_sure=given.yes)
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
