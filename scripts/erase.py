r"""The operator's hand on what is kept of a person or a server: what there is, and away with it.

    .venv/bin/python -m scripts.erase stack NAME --show USER        all that is kept of them
    .venv/bin/python -m scripts.erase stack NAME --user USER        everywhere, in 7 days
    .venv/bin/python -m scripts.erase stack NAME --user USER --server SERVER --now
    .venv/bin/python -m scripts.erase stack NAME --server SERVER    a server, in 7 days
    .venv/bin/python -m scripts.erase stack NAME --user USER --undo not, after all
    .venv/bin/python -m scripts.erase stack NAME --list             what is waiting
    .venv/bin/python -m scripts.erase stack NAME --due              begin with it at once
    .venv/bin/python -m scripts.erase stack NAME --find ID          where an id still is
    .venv/bin/python -m scripts.erase stack NAME --index            once after an update of before
                                                                    29 November 2026

`local` in the place of `stack NAME` is the local cloud that `make run` keeps. Without --yes nothing
is changed or started: it says what would be. The workflow `erase` does the work, every day by
itself, and begins an hour after something is due; --now starts it for this. Until then --undo takes
it back, whoever asked for it. A player whom --user notes sees that as if they had asked themselves,
and can undo it, unless with --now; a server's admins can, too (`/gacha-admin reset`), and its gacha
is paused meanwhile. What has begun cannot be taken back.

--show prints JSON, for whoever asks by mail what is kept of them. --find reads all tables from end
to end, which AWS charges for; it is the proof that nothing was forgotten. --index reads three of
them, and notes where people play who came before that was noted with a first event, who acted as
an admin before that was, and of whom a command failed: by that they are found in direct messages,
and by --user. It may be run again at any time.

Exit codes: 0 done, or counted; 1 something is left or found; 2 bad question; 3 AWS could not be
asked.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer

from adapters.tables import erasures, items, persons, players, settings, transactions
from adapters.tables.erasures import Due
from adapters.tables.persons import Place
from commands.others import Others
from gacha import audit, changes, kinds, player, server, snowflake
from scripts import stack
from scripts.pictures import new_id, operator
from scripts.stack import Deployment, StackError, say

SETTLED_MS: Final = 60 * 60 * 1000
"""How long after its time the workflow begins with something (functions/erase)."""

TRIES: Final = 5
POLL_S: Final = 5.0

_RUNNING: Final = "RUNNING"


# --- what there is --------------------------------------------------------------------------------


def places(user: str, guild: str) -> list[str]:
    """The players that a person is: in a server, or wherever they are noted to play."""
    guilds = [guild] if guild else [each.guild_id for each in persons.places(user)]
    return [player.key(user, each) for each in guilds]


def kept(deployment: Deployment, key: str) -> dict[str, Any]:
    """All rows that are a player's own, by table; and those of their server's settings that name
    them."""
    user, _, guild = key.partition("@")
    rows = {
        name: _partition(deployment, f"{name.title()}Table", "user_id", key)
        for name in ("users", "history", "collection")
    }
    of_server = _partition(deployment, "SettingsTable", "server_id", guild)
    return {**rows, "settings": [row for row in of_server if _names(row, user)]}


def _told(deployment: Deployment, key: str) -> dict[str, Any]:
    """The same for themselves: without whom else these rows name, as in the file that they get in
    Discord."""
    user, _, guild = key.partition("@")
    others = Others(user, guild)
    found = {name: [*map(others.without, rows)] for name, rows in kept(deployment, key).items()}
    place = persons.place(user, guild)
    return {"server": guild, "noted_since": place and place.since, **found}


def _names(row: dict[str, Any], id_: str) -> bool:
    return id_ in json.dumps(row, default=str)


def _partition(deployment: Deployment, output: str, name: str, value: str) -> list[dict[str, Any]]:
    pages = (
        deployment.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=deployment.output(output),
            KeyConditionExpression=f"{name} = :value",
            ExpressionAttributeValues={":value": {"S": value}},
        )
    )
    return [_row(item) for page in pages for item in page["Items"]]


_deserialize: Final = TypeDeserializer().deserialize


def _row(item: dict[str, Any]) -> dict[str, Any]:
    return {name: _deserialize(value) for name, value in item.items()}


def show(deployment: Deployment, user: str, guild: str) -> int:
    """Print it all as JSON."""
    found = [_told(deployment, key) for key in places(user, guild)]
    print(json.dumps(found, ensure_ascii=False, indent=2, default=_plain, sort_keys=True))
    return stack.FOUND if found else stack.NOT_SO


def _plain(number: Any) -> Any:
    """Whole numbers as such; the ledger's keys as text, which hold more digits than JSON's do."""
    return int(number) if number == int(number) and number < 10**15 else str(number)


def find(deployment: Deployment, id_: str) -> int:
    """Print where an id is: the key of each row, and nothing else of it."""
    count = 0
    for table in deployment.tables.values():
        for page in deployment.client("dynamodb").get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                if id_ not in json.dumps(item):
                    continue
                count += 1
                row = _row(item)
                key = [str(row[name]) for name in _KEYS if name in row]
                print(f"{table}: {' '.join(key)}")
    print(f"{count:,} rows")
    return stack.NOT_SO if count else stack.FOUND


def index(deployment: Deployment, *, sure: bool) -> int:
    """Note where people play, have a void or acted as an admin, of whom that is not noted; unless
    sure, only count them."""
    noted = set[tuple[str, str]]()
    found = dict[str, tuple[int, items.Item]]()
    for row in _scan(deployment, "SettingsTable"):
        noted.add((row["server_id"], row["setting"]))
        if row["setting"].startswith(settings.AUDIT):
            did = int(Decimal(row["setting"].removeprefix(settings.AUDIT))), _by(row)
            for name in kinds.BY:
                user = row.get(name, "")
                if user.isdecimal() and user not in (player.NOBODY, operator(deployment)):
                    key = player.key(user, row["server_id"])
                    found.setdefault(key, did)
    found = {
        key: each
        for key, each in found.items()
        if (*persons.key(*key.split("@")).values(),) not in noted
    }
    for name, keys in (("UsersTable", ("user_id",)), ("HistoryTable", ("user_id", "timestamp"))):
        for row in _scan(deployment, name):
            user, _, guild = row["user_id"].partition("@")
            since = row.get("timestamp" if row.get("kind") == kinds.VOID else "joined_at")
            if since is None or not user.isdecimal():
                continue
            if (*persons.key(user, guild).values(),) not in noted:
                still = _there(deployment, name, {each: row[each] for each in keys})
                found.setdefault(row["user_id"], (int(since), still))
    print(f"{len(found):,} of whom it is not noted where something of theirs is")
    if not sure:
        print("nothing was changed: add --yes to note it")
        return stack.FOUND
    for key, (since, still) in found.items():
        user, _, guild = key.partition("@")
        transactions.write([persons.put(Place(guild, since), user), still])
    print("noted")
    return stack.FOUND


def _scan(deployment: Deployment, output: str) -> Iterator[dict[str, Any]]:
    pages = deployment.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=deployment.output(output), ConsistentRead=True):
        yield from map(_row, page["Items"])


def _there(deployment: Deployment, output: str, key: dict[str, Any]) -> items.Item:
    """That a row is still there, which may be erased meanwhile."""
    exists = "attribute_exists(guild_id)"  # a tombstone has none
    check = {"TableName": deployment.output(output), "Key": items.to_item(key)}
    return {"ConditionCheck": {**check, "ConditionExpression": exists}}


def _by(row: dict[str, Any]) -> items.Item:
    """That an admin's row of the log still names them, whose id may be blanked meanwhile."""
    names = [name for name in kinds.BY if name in row]
    check = {
        "TableName": os.environ["DYNAMODB_SETTINGS_TABLE"],
        "Key": items.to_item({name: row[name] for name in ("server_id", "setting")}),
        "ConditionExpression": " AND ".join(f"#{at} = :{at}" for at in range(len(names))),
        "ExpressionAttributeNames": {f"#{at}": name for at, name in enumerate(names)},
        "ExpressionAttributeValues": items.to_item(
            {f":{at}": row[name] for at, name in enumerate(names)}
        ),
    }
    return {"ConditionCheck": check}


_KEYS: Final = ("user_id", "timestamp", "page", "server_id", "setting")


def listed(*, only_due: bool = False) -> int:
    """Print what is noted, the oldest first, or of that only what is due; exit code 1 where
    something is overdue by a day. What was undone stays noted until its time, and is said to be."""
    now, code = _now_ms(), stack.FOUND
    for each in erasures.due(now - SETTLED_MS if only_due else player.ERASING):
        late_h = (now - each.at_ms - SETTLED_MS) / 3_600_000
        when = time.strftime("%F %T", time.gmtime(each.at_ms / 1000))
        state = "waiting" if late_h < 0 else f"overdue by {late_h:.0f} h" if late_h > 24 else "due"
        is_undone = not _holds(each)
        if is_undone:
            state = "undone: nothing of theirs is erased then"
        by = ", by the operator" if each.is_operators else ""
        print(f"{when} UTC  {each.key}  {state}{by}")
        code = stack.NOT_SO if late_h > 24 and not is_undone else code
    return code


def _holds(due: Due) -> bool:
    """Whether something is erased for this; who is no player has no row that says otherwise."""
    if due.is_operators:
        return True
    if server.is_key(due.key):
        return settings.game(due.guild_id).leaving == due.at_ms
    row = items.get(*players.place(due.key))
    is_nobody = row is None or players.is_tombstone(row)
    return is_nobody or erasures.is_due(due, players.load(due.key))


# --- away with it ---------------------------------------------------------------------------------


def erase_player(deployment: Deployment, keys: list[str], *, is_now: bool, sure: bool) -> int:
    """Note players as due: an hour ago, or in seven days."""
    for key in keys:
        found = kept(deployment, key)
        counts = ", ".join(f"{len(rows):,} {n}" for n, rows in found.items())
        print(f"{key}: {counts}")
    if not keys:
        print("nothing is noted of them; name a server with --server to look there")
        return stack.NOT_SO
    if not sure:
        return _dry("erase this")
    if is_now:
        for key in keys:
            at_ms = _now_ms() - SETTLED_MS
            transactions.write([erasures.put(Due(at_ms, key, is_operators=True))])
        return run(deployment)
    for key in keys:
        print(f"{key}: {_noted(deployment, key)}")
    return stack.FOUND


def _noted(deployment: Deployment, key: str) -> str:
    """Have a player erased in seven days, by the event that their own wish is; what is said of it.
    Raises StackError while they keep changing."""
    for _ in range(TRIES):
        row = items.get(*players.place(key))
        if audit.is_erasing(row):
            return "is being erased already"
        if row is None or players.is_tombstone(row):
            return "does not play, so there is nothing to wait for: add --now"
        current = players.of_row(row)
        if current.leaving:
            return f"has been asked for already; {_waiting(current.leaving)}"
        id_ = new_id()
        transaction = _by_operator(deployment, changes.leave(current, id_), id_)
        at_ms = player.LEAVING_MS + snowflake.created_ms(id_)
        if transactions.write([*transaction, erasures.put(Due(at_ms, key))]).outcome == "recorded":
            return f"{_waiting(at_ms)}. They see it, and can undo it"
    raise StackError(f"{key} is being changed; please run this again")


def _by_operator(deployment: Deployment, change: changes.Change, id_: str) -> list[items.Item]:
    event = {**change.event, "by": operator(deployment)}
    return transactions.of_change(replace(change, event=event), id_)


def erase_server(deployment: Deployment, guild: str, *, is_now: bool, sure: bool) -> int:
    """Note a server as due, and pause it until then, as its admins would."""
    members = _members(deployment, guild)
    rows = len(_partition(deployment, "SettingsTable", "server_id", guild))
    print(f"server {guild}: {members:,} players, {rows:,} settings")
    if not sure:
        return _dry("erase this")
    at_ms = _now_ms() + (0 if is_now else player.LEAVING_MS)
    _leave(deployment, guild, at_ms)
    if not is_now:
        print(_waiting(at_ms))
        return stack.FOUND
    print("the gacha is paused there; what still runs may end, so the erasure begins in an hour")
    return run(deployment, wait_s=SETTLED_MS // 1000 + 60, guild=guild)


def undo_server(deployment: Deployment, guild: str, *, sure: bool) -> int:
    """Take back what is noted of a server."""
    if audit.is_erasing(items.get(*players.place(players.of_server(guild)))):
        print(f"server {guild}: {_BEGUN}")
        return stack.NOT_SO
    if not sure:
        at_ms = settings.game(guild).leaving
        print(f"server {guild}: {_waiting(at_ms) if at_ms else 'nothing is noted'}")
        return _dry("undo that")
    _leave(deployment, guild, 0)
    print(f"server {guild}: undone, and open again")
    return stack.FOUND


def undo(deployment: Deployment, keys: Sequence[str], *, sure: bool) -> int:
    """Take back what is noted of players, whoever asked for it."""
    noted = [*erasures.due(player.ERASING)]
    said = [_undone(deployment, key, [d for d in noted if d.key == key], sure) for key in keys]
    if not any(said):
        print("nothing is noted of them")
    elif _UNDOES in said:
        return _dry("undo that")
    return stack.FOUND if _UNDONE in said and _BEGUN not in said else stack.NOT_SO


_BEGUN: Final = "is being erased already, which cannot be taken back"
_UNDOES: Final = "would be undone"
_UNDONE: Final = "undone"


def _undone(deployment: Deployment, key: str, noted: list[Due], sure: bool) -> str:
    """What is said of one, which is printed, too; empty where nothing is waiting."""
    said = _undo(deployment, key, noted, sure)
    if said:
        print(f"{key}: {said}")
    return said


def _undo(deployment: Deployment, key: str, noted: list[Due], sure: bool) -> str:
    """One transaction on the row as it was read: an erasure that begins meanwhile changes it."""
    for _ in range(TRIES):
        row = items.get(*players.place(key))
        if audit.is_erasing(row):
            return _BEGUN
        current = None if row is None or players.is_tombstone(row) else players.of_row(row)
        holding = [
            due for due in noted if due.is_operators or not current or erasures.is_due(due, current)
        ]
        leaving = current.leaving if current else 0
        if not (holding or leaving):
            return ""
        if not sure:
            return _UNDOES
        if current and leaving:
            id_ = new_id()
            first = _by_operator(deployment, changes.stay(current), id_)
        else:
            first = [_not_begun(key)]
        rest = holding[: _AT_ONCE - len(first)]
        if not _write(deployment, [*first, *(_dropped(due) for due in rest)]):
            continue
        if rest == holding:
            return _UNDONE
        noted = [due for due in holding if due not in rest]
    raise StackError(f"{key} is being changed; please run this again")


_AT_ONCE: Final = 100
"""Items of a transaction, by DynamoDB's quota."""


def _not_begun(key: str) -> items.Item:
    """That nobody is erasing a player: what does so closes the row first."""
    table, place = players.place(key)
    check = {
        "TableName": os.environ[table],
        "Key": items.to_item(place),
        "ConditionExpression": "attribute_not_exists(erased) OR erased <> :erasing",
        "ExpressionAttributeValues": items.to_item({":erasing": player.ERASING}),
    }
    return {"ConditionCheck": check}


def _dropped(due: Due) -> items.Item:
    table = os.environ["DYNAMODB_SETTINGS_TABLE"]
    return {"Delete": {"TableName": table, "Key": items.to_item(due.place)}}


def _write(deployment: Deployment, transaction: list[items.Item]) -> bool:
    """All of it or nothing; whether it was written."""
    client = deployment.client("dynamodb")
    try:
        client.transact_write_items(TransactItems=transaction)
    except client.exceptions.TransactionCanceledException:
        return False
    return True


def _leave(deployment: Deployment, guild: str, at_ms: int) -> None:
    """Record it as an event of the server's. Raises StackError while others keep changing it."""
    did = "asked" if at_ms else "undone"
    event = {"kind": kinds.RESET, "by": operator(deployment), "did": did, "leaving": at_ms}
    for _ in range(TRIES):
        game = settings.game(guild)
        if game.leaving == at_ms == 0:
            raise StackError(f"nothing is noted of the server {guild}")
        change = server.Change(guild, event, game.changed(leaving=at_ms))
        transaction = transactions.of_server(change, new_id(), settings.names(guild))
        due = [erasures.put(Due(at_ms, server.key(guild)))] if at_ms else []
        if transactions.write([*transaction, *due]).outcome == "recorded":
            return
    raise StackError(f"the server {guild} is being changed; please run this again")


def _members(deployment: Deployment, guild: str) -> int:
    pages = (
        deployment.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=deployment.output("UsersTable"),
            IndexName="by_guild",
            KeyConditionExpression="guild_id = :guild",
            ExpressionAttributeValues={":guild": {"S": guild}},
            Select="COUNT",
        )
    )
    return sum(int(page["Count"]) for page in pages)


def _dry(what: str) -> int:
    print(f"nothing was changed: add --yes to {what}")
    return stack.FOUND


def _waiting(at_ms: int) -> str:
    when = time.strftime("%F %T", time.gmtime(at_ms / 1000))
    return f"the first daily run an hour after {when} UTC erases it; --undo takes it back"


# --- the workflow ---------------------------------------------------------------------------------


def erase_due(deployment: Deployment, *, sure: bool) -> int:
    """Begin with what is due; unless sure, only say what that is."""
    if sure:
        return run(deployment)
    listed(only_due=True)
    return _dry("begin with that")


def run(deployment: Deployment, wait_s: int = 0, guild: str = "") -> int:
    """Start the workflow, and say how far it is until it ends. Ctrl-C leaves it running."""
    states = deployment.client("stepfunctions")
    arn = states.start_execution(
        stateMachineArn=deployment.output("EraseStateMachineArn"),
        name=f"by-hand-{_now_ms()}",
        input=json.dumps({"wait": wait_s}),
    )["executionArn"]
    say(f"started {arn}")
    for status in _statuses(states, arn):
        left = f"{_members(deployment, guild):,} players left" if guild else status
        say(left)
    status = states.describe_execution(executionArn=arn)["status"]
    print(f"the workflow ended as {status}")
    return stack.FOUND if status == "SUCCEEDED" else stack.NOT_SO


def _statuses(states: Any, arn: str) -> Iterator[str]:
    pause = POLL_S
    while (status := str(states.describe_execution(executionArn=arn)["status"])) == _RUNNING:
        yield status
        time.sleep(pause)
        pause = min(60.0, pause * 1.5)


def _now_ms() -> int:
    return int(time.time() * 1000)


# --- the command line -----------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.erase",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    where = parser.add_subparsers(dest="source", required=True)
    local = where.add_parser("local", help="the local cloud that `make run` keeps")
    deployed = where.add_parser("stack", help="a deployed stack")
    deployed.add_argument("name", help="its name in CloudFormation")
    stack.add_region(deployed)
    for each in (local, deployed):
        what = each.add_mutually_exclusive_group()
        what.add_argument("--user", type=stack.discord_id, help="a person's id")
        what.add_argument("--show", type=stack.discord_id, metavar="USER", help="what is kept")
        what.add_argument("--find", type=stack.discord_id, metavar="ID", help="where it still is")
        what.add_argument("--index", action="store_true", help="note where people play")
        what.add_argument("--list", action="store_true", help="what is waiting")
        what.add_argument("--due", action="store_true", help="start the workflow, and wait for it")
        each.add_argument("--server", type=stack.discord_id, help="a server's id")
        how = each.add_mutually_exclusive_group()
        how.add_argument("--now", action="store_true", help="without seven days to take it back")
        how.add_argument("--undo", action="store_true", help="take it back")
        each.add_argument("--yes", action="store_true", help="do it, where it would only say it")
    given = parser.parse_args(arguments)
    asked = (given.user, given.show, given.find, given.index, given.list, given.due, given.server)
    if not any(asked):
        parser.error("say what: --user, --server, --show, --find, --index, --list or --due")
    return _run(given)


def _run(given: argparse.Namespace) -> int:
    is_local = given.source == "local"
    deployment = stack.local() if is_local else stack.on_aws(given.name, given.region)
    deployment.for_adapters()
    guild = given.server or ""
    if given.list:
        return listed()
    if given.due:
        return erase_due(deployment, sure=given.yes)
    if given.find:
        return find(deployment, given.find)
    if given.index:
        return index(deployment, sure=given.yes)
    if given.show:
        return show(deployment, given.show, guild)
    keys = places(given.user, guild) if given.user else []
    if given.undo and given.user:
        return undo(deployment, keys, sure=given.yes)
    if given.undo:
        return undo_server(deployment, guild, sure=given.yes)
    how = {"is_now": given.now, "sure": given.yes}
    if given.user:
        return erase_player(deployment, keys, **how)
    return erase_server(deployment, guild, **how)


if __name__ == "__main__":
    sys.exit(stack.ending(main))
