"""What a page shows of one interaction, out of all that is known of it (`scripts.interaction`)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from typing import Any, Final, NamedTuple

from boto3.dynamodb.types import TypeDeserializer

from adapters import banners
from commands import events, kit
from commands.message import SEALED, Message
from commands.render import addressed, plain, render
from gacha import banner as banner_files
from gacha import engine, kinds, pulling, shared_box, snowflake
from gacha.banner import Banner
from gacha.errors import GachaError
from scripts import interaction
from scripts.interaction import Execution, Found, Logged, Step, object_in
from scripts.stack import Deployment
from scripts.viewer import odds
from scripts.viewer.texts import say

MOST_STEPS: Final = 400
"""Steps that a page shows; ten conflicts are some fifty."""

_BROKEN: Final = (GachaError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a history that somebody wrote by hand, or another version, may raise where it is read."""


class Seen(NamedTuple):
    """The message that a player was shown, as Discord's JSON. `outcome` is Announce's "delivered"
    or "gone", "pending" while it is on its way, and "unknown" where nobody noted it."""

    body: kit.Body
    outcome: str
    status: int | None = None


class Write(NamedTuple):
    """One item of a transaction that was written: the operation, the table, its key and values."""

    operation: str
    table: str
    values: Mapping[str, Any]


class Written(NamedTuple):
    """A transaction that was carried out by a step, and the units that DynamoDB counted, by table.
    `only_checked`: nothing in it changes anything. The history of the local AWS says what a service
    was asked for only where a state's input does, so `writes` may be empty."""

    step: str
    writes: Sequence[Write]
    units: Mapping[str, float]

    @property
    def only_checked(self) -> bool:
        return bool(self.writes) and all(each.operation == "ConditionCheck" for each in self.writes)

    @property
    def sum(self) -> float:
        return sum(self.units.values())


class Sale(NamedTuple):
    """Tickets of a box that a server shares: the `first` and the `last` of the box's `all`, counted
    from 1, how many were left before them, and what was paid: coins, or tickets of the player's."""

    box: str
    first: int
    last: int
    all: int
    coins: int
    tickets: int

    @property
    def left(self) -> int:
        return self.all - self.first + 1


class Odds(NamedTuple):
    """A pull's draws, or why they cannot be shown (`problem`). `is_recorded`: the ledger has it.
    `sale`: where its draws are tickets of a shared box."""

    banner: Mapping[str, str]
    receipt: Mapping[str, Any]
    draws: Sequence[odds.Draw]
    is_recorded: bool
    problem: str = ""
    sale: Sale | None = None


class View(NamedTuple):
    """All of one page."""

    found: Found
    seen: Seen | None
    odds: Odds | None
    written: Sequence[Written]

    @property
    def is_live(self) -> bool:
        """Whether something may still come of it by itself, as far as executions tell; a log says
        so late or never."""
        return any(each.status == "RUNNING" for each in self.found.executions)

    @property
    def is_admins(self) -> bool:
        """Whether an admin asked for it, who is then the one to be told."""
        return any("admin_id" in each.input for each in self.found.runs)


def view(deployment: Deployment, found: Found, lang: str) -> View:
    """`found` without its secrets; `lang` is the reader's, where the player's is not known."""
    steps = [step for run in found.runs for step in islice(run.steps, MOST_STEPS)]
    return View(
        found,
        _seen(deployment, found.runs, lang),
        _odds(deployment, found, steps),
        list(_written(steps)),
    )


# --- what the player saw --------------------------------------------------------------------------


def _seen(deployment: Deployment, runs: Sequence[Execution | Logged], lang: str) -> Seen | None:
    """The last message that reached the player; failing that, the last that was to."""
    last = None
    for run in runs:
        for step in run.steps:
            shown = object_in(step.given)
            message = shown.get("apology" if step.name == "Apologise" else "message")
            if step.name not in ("Announce", "Apologise") or not isinstance(message, dict):
                continue
            delivery = object_in(step.returned).get("delivery", {})
            outcome = delivery.get("outcome") or ("pending" if _runs(run) else "unknown")
            try:
                body = _body(deployment, run.input, message, lang)
            except _BROKEN:  # there was a message all the same
                body = kit.body(say(lang, "not drawn"))
            seen = Seen(body, str(outcome), delivery.get("status"))
            if last is None or last.outcome != "delivered" or outcome == "delivered":
                last = seen
    return last


def _runs(run: Execution | Logged) -> bool:
    return isinstance(run, Execution) and run.status == "RUNNING"


def _body(
    deployment: Deployment, given: Mapping[str, Any], message: Mapping[str, Any], lang: str
) -> kit.Body:
    """What Announce makes of a message, which reads from its environment where pictures are."""
    os.environ["ART_URL"] = deployment.outputs.get("ArtUrl", "")
    read = _closed(Message.read(message), str(given.get("language", lang)))
    number = str(given["interaction_id"])
    room = str(given["command"])
    content = addressed(room, read.content, str(given.get("admin_id") or given["user_id"]))
    language = read.language or str(given.get("language", lang))
    shown = (room, content, language, number)
    numbers = [snowflake.from_sort_key(Decimal(key)) for key in read.missed]
    if read.is_plain:
        return plain(*shown, numbers, read.currency)
    rows = []
    player_key = f"{given.get('user_id')}@{given.get('guild_id')}"
    for key in read.missed[:3]:
        row = interaction.get(
            deployment, "HistoryTable", {"user_id": player_key, "timestamp": Decimal(key)}
        )
        rows += [row] if row else []
    try:
        missed = events.Missed([events.event(row) for row in rows], len(numbers) - len(rows))
        return render(*shown, missed, read.currency)
    except LookupError:  # a banner that ships no more, in a table that only functions read
        return render(*shown, currency=read.currency)


def _closed(message: Message, lang: str) -> Message:
    """The same with words in place of what stands sealed in a state, and only Announce opens."""
    if not message.content.get(SEALED):
        return message
    content = {**message.content, SEALED: say(message.language or lang, "sealed")}
    return message._replace(content=content)


# --- the odds -------------------------------------------------------------------------------------


def _odds(deployment: Deployment, found: Found, steps: Sequence[Step]) -> Odds | None:
    """Of the receipt in the ledger; where there is none, of what the last Draw decided."""
    receipt: Mapping[str, Any] | None = None
    is_recorded = found.row is not None and found.row.get("kind") in kinds.DRAWN
    rolls: Sequence[Mapping[str, Any]] = ()
    with suppress(*_BROKEN):
        if found.row is not None and is_recorded:
            receipt = pulling.parse((_ticket(deployment, found.row) or found.row)["receipt"])
    for step in reversed(steps):
        decision = object_in(step.returned).get("decision")
        if step.name != "Draw" or not isinstance(decision, dict) or "rolls" not in decision:
            continue
        if receipt is None or decision.get("receipt") == receipt:
            receipt, rolls = decision.get("receipt"), decision["rolls"]
            break
    if receipt is None:
        return None
    try:
        of = _banner(deployment, receipt)
        words = [int(each["word"], 16) for each in rolls]
        sale, whole = None, receipt
        if "box" in receipt:
            whole = _of_box(deployment, of, receipt)
            sale = _sale(of, receipt, found.row if is_recorded else None)
        draws = list(odds.draws(of, whole, words))
        return Odds(of.name, receipt, draws, is_recorded, sale=sale)
    except _BROKEN as error:
        name = str(receipt.get("banner") or receipt.get("box", "?"))
        problem = f"{type(error).__name__}: {error}"
        return Odds({"ja": name, "en": name}, receipt, (), is_recorded, problem)


def _banner(deployment: Deployment, receipt: Mapping[str, Any]) -> Banner:
    """The banner as it was, whatever ships now. Raises LookupError where nobody keeps it."""
    id_, guild = _whose(receipt)
    hash_ = str(receipt["banner_hash"])
    if id_ in banners.ids() and banners.load(id_).hash == hash_:
        return banners.load(id_)
    if (file := deployment.banner_file(hash_)) is not None:
        return banner_files.parse(file, f"{hash_}.toml")
    key = {"server_id": guild, "setting": f"banner#{hash_}"}
    row = interaction.get(deployment, "SettingsTable", key)
    if row is None:
        raise LookupError(f"the banner {id_} of version {hash_[: kit.VERSION]} is not kept")
    return banner_files.parse(str(row["toml"]).encode(), f"{hash_}.toml")


def _whose(receipt: Mapping[str, Any]) -> tuple[str, str]:
    """The banner's id and the server's, of a player's receipt or of a box's."""
    if "box" not in receipt:
        return str(receipt["banner"]), str(receipt["user_id"]).partition("@")[2]
    box, _, guild = str(receipt["box"]).rpartition("@")
    return box.rpartition("#")[0], guild


def _ticket(deployment: Deployment, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The row with the receipt of tickets, which stands in the chain of their box; None for what is
    no ticket."""
    if row.get("kind") != kinds.TICKET:
        return None
    box = shared_box.name(str(row["banner"]), int(row["box"]), str(row["guild_id"]))
    key = {"user_id": shared_box.chain_key(box), "timestamp": Decimal(row["position"])}
    return interaction.get(deployment, "HistoryTable", key)


def _of_box(deployment: Deployment, of: Banner, receipt: Mapping[str, Any]) -> dict[str, Any]:
    """A box's receipt with what had left the box before it, which the receipts before it say."""
    position = int(receipt["position"])
    drawn = dict.fromkeys((card.id for card in of.cards), 0)
    pages = (
        deployment.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=deployment.tables["HistoryTable"],
            KeyConditionExpression="user_id = :box AND #at < :position",
            ExpressionAttributeNames={"#at": "timestamp"},
            ExpressionAttributeValues={
                ":box": {"S": shared_box.chain_key(str(receipt["box"]))},
                ":position": {"N": str(position)},
            },
            ConsistentRead=True,
        )
    )
    for page in pages:
        for item in page["Items"]:
            for card in pulling.parse(item["receipt"]["S"])["cards"]:
                drawn[card] += 1
    if sum(drawn.values()) != position:
        raise LookupError(f"of {position} tickets before it, {sum(drawn.values())} are kept")
    state = engine.start(of)._replace(drawn=tuple(drawn.items()))
    return {**receipt, "before": state.to_dict(), "nonce": position}


def _sale(of: Banner, receipt: Mapping[str, Any], row: Mapping[str, Any] | None) -> Sale:
    lots = (row or {}).get("tickets", ())
    tickets = -sum(int(each["count"]) for each in lots)
    first, count = int(receipt["position"]) + 1, int(receipt["count"])
    coins = 0 if tickets else int(receipt["price"])
    all_ = shared_box.tickets(of)
    return Sale(str(receipt["box"]), first, first + count - 1, all_, coins, tickets)


# --- what was written -----------------------------------------------------------------------------


def _written(steps: Sequence[Step]) -> Iterator[Written]:
    for step in steps:
        if not step.answered:
            continue
        asked = object_in(step.asked).get("TransactItems")
        decision = object_in(step.given).get("decision")
        if asked is None and step.name == "Record" and isinstance(decision, dict):
            asked = decision.get("transaction")
        units = object_in(step.answered).get("ConsumedCapacity")
        with suppress(*_BROKEN):
            if asked or units:
                yield Written(step.name, list(map(_write, asked or ())), dict(_units(units or ())))


def _write(of: Mapping[str, Any]) -> Write:
    [(operation, details)] = of.items()
    values = details.get("Item") or details.get("Key") or {}
    read = TypeDeserializer().deserialize
    return Write(
        str(operation),
        str(details.get("TableName", "")),
        {str(name): read(value) for name, value in values.items()},
    )


def _units(counted: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, float]]:
    for each in counted:
        yield str(each["TableName"]), float(each["CapacityUnits"])
