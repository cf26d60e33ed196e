"""What Draw and Plan do for every command that changes a player, or the server. Reads only.

Each decides from the player, or the server's game, as of now, and returns to the letter what Record
is to write.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from adapters import figures, inputs, seeds
from adapters.tables import items, ledger, persons, players, settings, transactions
from adapters.tables.persons import Place
from commands import admission, events, registry
from commands.asked import Asked, Value
from commands.command import PULL
from commands.events import Row
from commands.message import Button, Content, Message, Text, Welcome, in_words_of, text
from gacha import changes, kinds, player, points, pulling, server, snowflake
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal
from gacha.purse import Tickets

Decision = dict[str, Any]


class Recording(NamedTuple):
    """Something to record.

    `outcome` is for the operator, `content` for the player, `transaction` for Record. `event` is
    what the log counts, with `kind`, and `amount` and `count` where there are any; `notes` stand in
    the console beside all that.
    """

    outcome: str
    content: Content
    transaction: Sequence[items.Item]
    event: Mapping[str, Any]
    notes: Mapping[str, Any]


class Overtaken:
    """What was made later was recorded first, and rules this out: nothing may come of it."""


OVERTAKEN: Final = Overtaken()


class Form(NamedTuple):
    """What somebody typed into a form that was refused, by the fields' ids: it is kept for a day,
    under the room's name and theirs, so that the form can be opened again as they left it."""

    values: Mapping[str, Value]


class Shown(NamedTuple):
    """Nothing to record. `content` shows how things are, or asks whether an admin is sure
    ("asked"), or why something was not taken ("refused"), or that somebody else was faster
    ("stale"). `form` is what was typed. `kept` is written beside: what has to be remembered of a
    refusal."""

    content: Content
    outcome: str = "shown"
    form: Form | None = None
    kept: Sequence[items.Item] = ()


Decided = Recording | Refusal | Overtaken | Shown
ServerDecided = Recording | Refusal | Shown

_NOT_DONE: Final = {True: ("voided", "overtaken"), False: ("unchanged", "overtaken_change")}
"""What is said of a pull (True) or another change that is abandoned, or overtaken."""


def decide(asked: Asked) -> Decision:
    """`outcome` is the room's own ("drawn", "planned"), "lapsed" (another epoch is opened instead
    of what was asked for), "refused", "paused" (the server is), "leaving"
    (the player's data is to be erased), "stale" (a button of an older
    result, a form of older settings), "shown" (somebody looks), "asked" (whether an admin is sure),
    "overtaken" (see `changes.is_overtaken`), "abandoned" (see `inputs.is_abandoned`), "recorded" or
    "voided".

    `transaction` is what Record is to write. There is always one: where there is nothing to write,
    it checks that this still holds, so that Record goes the same way, and finds out what another
    execution did meanwhile. `figures` are for the log once the player is told.
    """
    row = ledger.load(asked.player_key, snowflake.sort_key(asked.interaction_id))
    game = settings.game(asked.guild)
    decision = _in_game(asked, row, game)
    decision["message"] |= in_words_of(game)
    return decision


def _in_game(asked: Asked, row: Row | None, game: Game) -> Decision:
    """The same, with what the ledger has of it, in the server's game as of now."""
    abandoned, _ = _NOT_DONE[registry.definition(asked.command).workflow == PULL]
    if row is not None:
        return _from_ledger(row, asked, Message(text(abandoned)))
    if inputs.is_abandoned(asked):
        return _void("abandoned", asked, Message(text(abandoned)))
    return _of_now(asked, game)


def _of_now(asked: Asked, game: Game) -> Decision:
    """The same of what the ledger does not have yet, and may still have."""
    command = registry.definition(asked.command)
    _, overtaken = _NOT_DONE[command.workflow == PULL]
    if refusal := admission.refusal(asked, game):
        return _refused("refused", asked, Message(text(refusal.sentence, **refusal.values)))
    if command.of_server:
        return _of_server(asked, registry.server_plan(asked.command).plan(asked, game))
    current = ledger.with_undelivered(_player(asked, game))
    if snowflake.created_ms(asked.interaction_id) <= current.erased:
        # No void of what was erased: it is refused as often as it comes.
        check = transactions.of_check(asked.player_key, asked.interaction_id, recorded=False)
        return _decision("refused", Message(text("erased_since")), check, {})
    # What an admin is told goes to the admin, who has not missed what the player has.
    is_own = asked.admin_id is None
    missed = tuple(player.missed(current, asked.interaction_id)) if is_own else ()
    if is_own:
        current = _without_old_points(asked, current, game)
    if is_own and not command.is_right and (paused := admission.pause(game)):
        return _refused("paused", asked, Message(text(paused.sentence, **paused.values), missed))
    decided = registry.plan(asked.command).plan(asked, current, game)
    if current.leaving and not command.is_right and _leads_on(decided):
        return _refused("leaving", asked, Message(_leaving(current, is_own=is_own), missed))
    match decided:
        case Recording() as to_record:
            kind = events.of(to_record.event["kind"])
            message = Message(
                to_record.content,
                missed,
                is_undelivered=kind.is_undelivered,
                converted=current.converted,
            )
            if is_own and current.is_new and not current.erased:
                message = message._replace(welcome=_welcome(current.balance, current.tickets))
            opening = current.balance if current.is_new else 0
            moved = figures.moved(to_record.event, opening)
            decision = _decision(to_record.outcome, message, to_record.transaction, moved)
            return {**to_record.notes, **decision}
        case Refusal() as refusal:
            message = Message(text(refusal.sentence, **refusal.values), missed)
            return _refused("stale" if refusal.is_stale else "refused", asked, message)
        case Shown() as shown:
            return _shown(asked, shown, missed)
        case Overtaken():
            return _void("overtaken", asked, Message(text(overtaken), missed))


def _leads_on(decided: Decided) -> bool:
    """Whether it changes the player, or asks if it should."""
    is_question = isinstance(decided, Shown) and decided.outcome == "asked"
    return is_question or isinstance(decided, Recording)


def _leaving(of: Player, *, is_own: bool) -> Text:
    """Why nothing is changed of a player whose data is to be erased: for them, with the way back,
    or for an admin."""
    until = of.leaving // 1000
    if not is_own:
        return text("member_to_be_deleted", until=until)
    undo: Button = {"label": "undo_deletion", "custom_id": "privacy delete:undo:here"}
    return {**text("to_be_deleted", until=until), "button": undo}


def _player(asked: Asked, game: Game) -> Player:
    """Who it is about, as of now; a newcomer with what the server gives to begin with, which is one
    read more, once."""
    current = seeds.load_player(asked, game.start_balance)
    if not current.is_new or current.erased:
        return current
    starter = settings.economy(asked.guild).starter(snowflake.created_ms(asked.interaction_id))
    return replace(current, tickets=starter)


def _welcome(coins: int, tickets: Sequence[Tickets]) -> Welcome:
    ends = max((each.ends_ms // 1000 for each in tickets), default=0)
    return Welcome(coins, sum(each.count for each in tickets), ends)


def _without_old_points(asked: Asked, current: Player, game: Game) -> Player:
    """The player whose next event converts what no exchange takes any more. Costs two reads where
    there is something to convert, and else none."""
    old = points.over(current, game, snowflake.created_ms(asked.interaction_id))
    if not old:
        return current
    shards = settings.economy(game.guild_id).point_shards
    return points.converted(current, old, shards, settings.names(game.guild_id))


def _of_server(asked: Asked, decided: ServerDecided) -> Decision:
    """The same of a command of the server's own: there is no player, who could have missed anything
    or had an epoch closed."""
    match decided:
        case Recording() as to_record:
            moved = figures.moved(to_record.event)
            message = Message(to_record.content)
            decision = _decision(to_record.outcome, message, to_record.transaction, moved)
            return {**to_record.notes, **decision}
        case Refusal() as refusal:
            message = Message(text(refusal.sentence, **refusal.values))
            return _refused("stale" if refusal.is_stale else "refused", asked, message)
        case Shown() as shown:
            return _shown(asked, shown)


# --- for the rooms' plan.py -----------------------------------------------------------------------


def instead_in_epoch(asked: Asked, current: Player) -> Recording | Overtaken | None:
    """What comes instead of a change that counts within the player's epoch, if that was closed
    meanwhile, or must be."""
    if changes.is_overtaken(current, asked.interaction_id):
        return OVERTAKEN
    if lapse := seeds.lapse(current, asked.interaction_id):
        return recording(asked, lapse, _lapsed, outcome="lapsed")
    return None


def _lapsed(row: Row) -> Content:
    lost = players.lost()
    return events.lapsed(row, lost and lost.begins)


def recording(
    asked: Asked,
    change: changes.Change,
    message: Callable[[Row], Content],
    outcome: str = "planned",
) -> Recording:
    """A change to record, of which `message` says what the player is shown. Raises UnknownKindError
    for a kind of event of which nobody said whether somebody has to be told."""
    kind = events.of(change.event["kind"])
    after = change.after
    row = {
        "user_id": after.key,
        "guild_id": after.guild_id,
        "balance": after.balance,
        **change.event,
    }
    transaction = transactions.of_change(
        change,
        asked.interaction_id,
        is_undelivered=kind.is_undelivered or kind.is_present,
        is_audited=asked.admin_id is not None,
    )
    if asked.admin_id not in (None, after.discord_user_id):  # who is noted with what is theirs
        transaction.append(noting(asked, asked.admin))
    return Recording(
        outcome=outcome,
        content=message(row),
        transaction=transaction,
        event=change.event,
        notes={"event": dict(change.event)},
    )


def recording_of_server(
    asked: Asked,
    change: server.Change,
    message: Callable[[Row], Content],
    names: settings.Names | None = None,
) -> Recording:
    """A change of the server to record, of which `message` says what the admin is shown. `names`
    are those of the offered banners, where the change brings one that has none yet."""
    events.of(change.event["kind"])
    if names is None:
        names = settings.names(asked.guild) if change.game else {}
    row = {
        "user_id": asked.player_key,
        "guild_id": change.guild_id,
        "interaction_id": asked.interaction_id,
        **change.versions,
        **change.event,
    }
    return Recording(
        outcome="planned",
        content=message(row),
        transaction=[
            *transactions.of_server(change, asked.interaction_id, names),
            noting(asked, asked.admin),
        ],
        event=change.event,
        notes={"event": dict(change.event)},
    )


def noting(asked: Asked, user_id: str) -> items.Item:
    """Notes that there is something of somebody in this server who may not play there, so that they
    find it, also in direct messages, and can have it deleted."""
    return persons.does(Place(asked.guild, snowflake.created_ms(asked.interaction_id)), user_id)


# --- in the form that the workflow takes ----------------------------------------------------------


def _from_ledger(row: Row, asked: Asked, voided: Message) -> Decision:
    """The ledger has this interaction already; the message shows what stands there."""
    check = transactions.of_check(row["user_id"], row["interaction_id"], recorded=True)
    if row["kind"] == kinds.VOID:
        return _decision("voided", voided._replace(is_undelivered=True), check, {})
    kind = events.of(row["kind"])
    is_pull = row["kind"] in kinds.DRAWN
    content: Content
    if kind.room is None:
        content = _lapsed(row)
    elif kind.room == asked.command:
        content = registry.plan(kind.room).recorded(row)
    else:  # no interaction of Discord's comes to another command than it came to before
        content = text("stands" if is_pull else "changed")
    # `missed` is what this very message shows first: an edit without it would take it away again.
    is_undelivered = kind.is_undelivered and kind.room in (None, asked.command)
    message = Message(
        content,
        tuple(row.get("missed", ())),
        is_undelivered,
        converted=row.get("converted", {}),
    )
    if asked.admin_id is None and row["version"] == 1:
        opening = ledger.event_at(row["user_id"], str(ledger.OPENING_KEY))
        tickets = [*map(Tickets.read, opening.get("tickets", ()))]
        message = message._replace(welcome=_welcome(opening["amount"], tickets))
    # Only a pull can still be counted: it is undelivered until its message arrived.
    counted = figures.moved(row, _opening(row)) if is_pull else {}
    notes = {"receipt": pulling.parse(row["receipt"])} if "receipt" in row else {}
    return {**notes, **_decision("recorded", message, check, counted)}


def _opening(row: Row) -> int:
    """What a player who is new with this event began with."""
    return int(row["balance"] - row["amount"]) if row["version"] == 1 else 0


def _refused(
    outcome: str, asked: Asked, message: Message, kept: Sequence[items.Item] = ()
) -> Decision:
    """Nothing is to be recorded but what is `kept` beside, and `message` says why. An Express
    workflow has no memory of names, so that the same interaction delivered again could succeed:
    there a void takes its place."""
    if os.environ["WORKFLOW_TYPE"] == "EXPRESS":
        return _void(outcome, asked, message, kept)
    check = transactions.of_check(asked.player_key, asked.interaction_id, recorded=False)
    return _decision(outcome, message, [*check, *kept], {})


def _shown(asked: Asked, shown: Shown, missed: tuple[str, ...] = ()) -> Decision:
    message = Message(shown.content, missed)
    if shown.outcome != "shown":
        form: list[items.Item] = []
        if shown.form is not None:
            form = [settings.keep_form(asked, shown.form.values), noting(asked, asked.admin)]
        return _refused(shown.outcome, asked, message, [*form, *shown.kept])
    # It may be shown as often as somebody asks, on Express, too.
    check = transactions.of_check(asked.player_key, asked.interaction_id, recorded=False)
    return _decision("shown", message, check, {})


def _void(
    outcome: str, asked: Asked, message: Message, kept: Sequence[items.Item] = ()
) -> Decision:
    """Nothing may come of this interaction any more: a void takes its place, and `message` says
    so; the row is undelivered until it arrives."""
    void = transactions.of_void(asked)
    return _decision(outcome, message._replace(is_undelivered=True), [*void, *kept], {})


def _decision(
    outcome: str, message: Message, transaction: Sequence[items.Item], moved: figures.Fields
) -> Decision:
    return {
        "outcome": outcome,
        "message": message.handed_over(),
        "transaction": list(transaction),
        "figures": moved,
    }
