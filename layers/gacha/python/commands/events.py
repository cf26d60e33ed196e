"""An event of the ledger in a message: a line of the history, and what is said of one whose own
message did not arrive. A room's event.py says it of the kind of event that the room records; the
kinds that belong to no room are here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NotRequired, TypedDict, cast

from commands import kit, registry
from commands.kit import COLOURS, INFO_COLOUR, Component, Embed
from commands.message import Content, Text, Welcome, text
from commands.sentences import Sentences, speaking
from gacha import kinds
from gacha.purse import Tickets

if TYPE_CHECKING:
    from gacha.audit import Replays

Row = dict[str, Any]
"""A row of the ledger as Python values: `adapters.tables.items.Row`."""


class Kind(NamedTuple):
    """What there is to know of a kind of event.

    `room`: whose event.py, plan.py and replay.py are about it. `is_present`: somebody else did it
    to the player, and it is shown as that, under the sentence `title`. `is_undelivered`: the row is
    `undelivered` until the message of its own interaction arrives (a present's is until a later
    message shows it).
    """

    room: str | None = None
    is_present: bool = False
    is_undelivered: bool = False
    title: str = "present_title"


KINDS: Final = {
    kinds.OPENING: Kind(),
    kinds.PULL: Kind("pull", is_undelivered=True),
    kinds.TICKET: Kind("pull", is_undelivered=True),
    kinds.REVEAL: Kind("fair box"),
    kinds.SEED: Kind("fair seed"),
    kinds.ROTATE: Kind("fair rotate"),
    kinds.LAPSE: Kind(is_undelivered=True),
    kinds.GRANT: Kind("admin grant", is_present=True),
    kinds.TAKE: Kind("admin take", is_present=True, title="taken_title"),
    kinds.DAILY: Kind("daily"),
    kinds.WISH: Kind("wishlist"),
    kinds.PREFERENCES: Kind("settings"),
    kinds.POST: Kind("post"),
    kinds.EXCHANGE: Kind("exchange"),
    kinds.SHOP: Kind("shop"),
    kinds.LOCK: Kind("lock"),
    kinds.BOX: Kind("box"),
    kinds.PRESENT: Kind("presents"),
    kinds.CODE: Kind("code"),
    kinds.LEAVE: Kind("privacy delete"),
    kinds.STAY: Kind("privacy delete"),
    kinds.SETTINGS: Kind("admin settings"),
    kinds.UPLOAD: Kind("admin banner upload"),
    kinds.DRAFT: Kind("admin banner new"),
    kinds.CARDS: Kind("admin card add"),
    kinds.PASTE: Kind("admin banner paste"),
    kinds.CARD: Kind("admin card edit"),
    kinds.EXPORT: Kind("admin banner export"),
    kinds.BANNER: Kind("admin banner list"),
    kinds.PICTURE: Kind("admin card picture"),
    kinds.REPORT: Kind("report"),
    kinds.GIFT: Kind("admin present new"),
    kinds.CAMPAIGN: Kind("admin code new"),
    kinds.RESET: Kind("admin reset"),
    kinds.VOID: Kind(is_undelivered=True),
}


def replays() -> Replays:
    """How the audit replays each kind of a player's; the opening, with which a replay begins, and
    voids, which change nobody, are its own."""
    from gacha.audit import Replay

    of_players = {kind: each for kind, each in KINDS.items() if kind not in kinds.OF_SERVER}
    rooms = {kind: each.room for kind, each in of_players.items() if each.room}
    replays = {kind: registry.replay(room).replay for kind, room in rooms.items()}
    return {kinds.LAPSE: Replay.lapse, **replays}


MOST_OF_AN_ENTRY: Final = 400
"""Characters of an entry of the server's log."""


class Event(TypedDict):
    """What a message needs of every row; the rooms' own add to it. `interaction_id` is None for an
    opening balance, and `balance` where it is nobody's to read, or nothing changed. `shards` and
    `tickets` are how many of them it moved, signed as `amount` is; left out where it moved none.
    `converted`: old points that became shards with it (`gacha.points`)."""

    kind: str
    interaction_id: str | None
    amount: int
    balance: int | None
    unix_s: int
    shards: NotRequired[int]
    tickets: NotRequired[int]
    converted: NotRequired[Mapping[str, Any]]


class Voided(Event):
    """`command` is the one that did not come about; None if nobody noted it."""

    command: str | None


class Lapsed(Event):
    epoch: int
    next_epoch: int
    next_commitment: str


def of(kind: str) -> Kind:
    """Raises UnknownKindError for a kind that nobody knows."""
    if kind not in KINDS:
        raise kinds.UnknownKindError(kind)
    return KINDS[kind]


def event(row: Row) -> Event:
    """What a message needs of a ledger's row. Raises UnknownKindError."""
    room = of(row["kind"]).room
    if room:
        return registry.event(room).event(row)
    if row["kind"] == kinds.VOID:
        return Voided(**common(row), command=row.get("command"))
    if row["kind"] == kinds.LAPSE:
        return Lapsed(
            **common(row),
            epoch=row["epoch"],
            next_epoch=row["next_epoch"],
            next_commitment=row["next_commitment"],
        )
    return common(row)


def common(row: Row) -> Event:
    event: Event = {
        "kind": row["kind"],
        "interaction_id": row.get("interaction_id"),
        "amount": row["amount"],
        "balance": row.get("balance"),
        "unix_s": int(row["timestamp"] / 1000),
    }
    if shards := row.get("shards", 0):
        event["shards"] = shards
    if "converted" in row:
        event["converted"] = row["converted"]
    if tickets := sum(Tickets.read(lot).count for lot in row.get("tickets", ())):
        event["tickets"] = tickets
    return event


def line(of_event: Event, lang: str) -> str:
    """The event as the history shows it. Raises UnknownKindError."""
    said = _line(of_event, lang)
    left = kit.MAX_LINE - kit.length(said) - 1
    if "converted" not in of_event or left < MOST_CONVERTED_OF_A_LINE:
        return said
    lines = kit.fitting([*_converted(of_event["converted"], lang)], left, _more(lang))
    return "\n".join([said, *lines])


def _line(of_event: Event, lang: str) -> str:
    kind = of_event["kind"]
    room = of(kind).room
    if room:
        return registry.event(room).line(of_event, lang)
    if kind == kinds.OPENING:
        return f"{say(lang, 'opening')} {amount({**of_event, 'balance': None}, lang)}"
    if kind == kinds.LAPSE:
        lapse = cast(Lapsed, of_event)
        opened = {"next_epoch": lapse["next_epoch"], "commitment": lapse["next_commitment"]}
        return dated(lapse, say(lang, "lapse", epoch=lapse["epoch"], **opened))
    command = cast(Voided, of_event)["command"] or "pull"
    return dated(of_event, registry.texts(command).say(lang, "void"))


def dated(of_event: Event, what: str) -> str:
    """What happened, between its time and its receipt number."""
    return f"<t:{of_event['unix_s']}:f> {what} `{of_event['interaction_id']}`"


def amount(of_event: Event, lang: str) -> str:
    """What it gave or took, and what of the currency the player had then, where that is to be
    shown. Of several things that it moved, the currency is left out if it moved none of that."""
    moved, balance = say(lang, "moved", amount=of_event["amount"]), of_event["balance"]
    others = [
        say(lang, f"moved_{name}", count=count)
        for name, count in (
            ("tickets", of_event.get("tickets", 0)),
            ("shards", of_event.get("shards", 0)),
        )
        if count
    ]
    if others and not of_event["amount"]:
        return separated(others, lang)
    coins = moved if balance is None else f"{moved} → {balance:,}"
    return separated([coins, *others], lang)


def separated(texts: Sequence[str], lang: str) -> str:
    return ("、" if lang == "ja" else ", ").join(texts)


# --- what a player missed -------------------------------------------------------------------------


class Missed(NamedTuple):
    """What stands before a message's own: the `welcome` of a new player; events of the ledger that
    the player has not been shown, and how many more there are; and what became of old points with
    this one (`gacha.points`)."""

    events: Sequence[Event] = ()
    more: int = 0
    welcome: Welcome | None = None
    converted: Mapping[str, Any] = MappingProxyType({})

    @property
    def is_nothing(self) -> bool:
        return not (self.events or self.welcome or self.converted)


NOTHING_MISSED: Final = Missed()


class Section(NamedTuple):
    """Events of one kind, as a part of a message."""

    title: str
    text: str
    colour: int


def embeds(missed: Missed, lang: str) -> list[Embed]:
    """What the player has not been shown, in an embed for each kind: presents, what was taken back,
    and results."""
    return [
        {"title": each.title, "description": each.text, "color": each.colour}
        for each in _sections(missed, lang)
    ]


def containers(missed: Missed, lang: str) -> list[Component]:
    """The same in a message that is laid out."""
    return [
        kit.container(each.colour, kit.display(f"### {each.title}\n{each.text}"))
        for each in _sections(missed, lang)
    ]


def _sections(missed: Missed, lang: str) -> list[Section]:
    told: dict[str, list[str]] = {"present_title": [], "taken_title": [], "missed_title": []}
    for event in missed.events:
        kind = of(event["kind"])
        if kind.room and kind.is_present:
            told[kind.title].append(registry.present(kind.room).present(event, lang))
        else:
            # Others may read this; what the player had is for their own history.
            told["missed_title"].append(line(cast(Event, {**event, "balance": None}), lang))
    titles = {title: say(lang, title, count=len(lines)) for title, lines in told.items() if lines}
    if missed.more:
        told[[*titles][-1]].append(_more(lang)(missed.more))
    colours = {"present_title": COLOURS[0]}
    welcome = [_welcome(missed.welcome, lang)] if missed.welcome else []
    sections = welcome + [
        Section(said, "\n\n".join(told[title]), colours.get(title, INFO_COLOUR))
        for title, said in titles.items()
    ]
    if missed.converted:
        lines = kit.fitting([*_converted(missed.converted, lang)], MOST_CONVERTED, _more(lang))
        sections.append(Section(say(lang, "converted_title"), "\n".join(lines), INFO_COLOUR))
    return sections


MOST_CONVERTED: Final = 600
"""Characters of what became of old points: mostly those of one banner."""


MOST_CONVERTED_OF_A_LINE: Final = 200
"""The same of a line of the history: a longer one keeps it to itself."""


def _more(lang: str) -> Callable[[int], str]:
    return lambda left: say(lang, "missed_more", count=left)


def _converted(of: Mapping[str, Any], lang: str) -> Iterator[str]:
    for each in of.values():
        name = kit.in_language(each["name"], lang)
        yield say(lang, "converted", banner=name, points=each["points"], shards=each["shards"])


def _welcome(of: Welcome, lang: str) -> Section:
    """Three lines: what one has, what to do with it, and where there is more of it."""
    begins = say(lang, "begins", coins=of.coins)
    if of.tickets:
        begins = say(lang, "begins_with", coins=of.coins, tickets=of.tickets, ends=of.ends)
    lines = [begins, say(lang, "begins_to_pull"), say(lang, "begins_to_collect")]
    return Section(say(lang, "welcome"), "\n".join(lines), INFO_COLOUR)


def listed(receipt_numbers: Sequence[str], lang: str) -> str:
    """Missed results by their receipt numbers alone: at most the twenty that a row keeps, and 500
    characters."""
    numbers = separated([f"`{each}`" for each in receipt_numbers], lang)
    return say(lang, "missed_listed", receipt_numbers=numbers, count=len(receipt_numbers))


def lapsed(of_event: Content, restored: int | None) -> Text:
    """The message of a command in whose place an epoch was closed and another opened: after a
    restore, to the Unix second `restored` where that is known."""
    back = {} if restored is None else {"restored": restored}
    return text(
        "lapsed_back" if back else "lapsed",
        **back,
        epoch=of_event["epoch"],
        draws=of_event["draws"],
        next_epoch=of_event["next_epoch"],
        commitment=of_event["next_commitment"],
    )


SENTENCES: Final[Sentences] = {
    "present_title": (
        "プレゼントをもらいました",
        "{count:You were given a present|You were given presents}",
    ),
    "taken_title": ("管理者による回収", "An admin took something back"),
    "welcome": ("ようこそ", "Welcome"),
    "begins": (
        "はじめの{currency} {coins:,} を受け取りました。",
        "You begin with {coins:coins}.",
    ),
    "begins_with": (
        "はじめの{currency} {coins:,} とチケット {tickets:,} 枚（<t:{ends}:d> まで）を"
        "受け取りました。",
        "You begin with {coins:coins} and {tickets:,} {tickets:ticket|tickets} "
        "(until <t:{ends}:d>).",
    ),
    "begins_to_pull": (
        "{/pull} で引けます。チケットは 1 枚で 1 回分です。"
        "結果はすべて記録され、自分で検証できます。",
        "{/pull} draws cards; a ticket is one pull. Every result is recorded, and you can check "
        "that it was fair.",
    ),
    "begins_to_collect": (
        "{/daily} で毎日もらえます。迷ったら {/now} をお使いください。",
        "{/daily} gives you more each day. {/now} says what you can do.",
    ),
    "missed_title": ("お届けできていなかった結果", "Results that had not reached you"),
    "missed_more": (
        "ほかに {count:,} 件あります。{/history} で確認できます。",
        "There {count:is|are} {count:,} more. See {/history}.",
    ),
    "missed_listed": (
        "まだご覧になっていない結果やプレゼントがあります。{/history} で確認できます。"
        "受付番号 {receipt_numbers}",
        "You have not seen {count:a result or present|some results or presents} yet. See "
        "{/history}. Receipt {count:number|numbers} {receipt_numbers}",
    ),
    "moved": ("{amount:+coins}", "{amount:+coins}"),
    "moved_nothing": ("無料", "free"),
    "moved_tickets": ("チケット {count:+,}", "{count:+,} {count:ticket|tickets}"),
    "moved_shards": ("かけら {count:+,}", "{count:+,} {count:shard|shards}"),
    "opening": ("はじめの{currency}", "Opening balance"),
    "converted_title": ("交換ポイントがかけらに変わりました", "Exchange points became shards"),
    "converted": (
        "「{banner}」の交換期限を過ぎたポイント {points:,} → かけら {shards:,} 個",
        "“{banner}”: {points:,} {points:point|points} whose exchange is over → "
        "{shards:,} {shards:shard|shards}",
    ),
    "lapse": (
        "データの復元による期間 {epoch} の終了と期間 {next_epoch} の開始。"
        "コミットメント：`{commitment}`",
        "Epoch {epoch} closed after a restore; epoch {next_epoch} opened with commitment "
        "`{commitment}`",
    ),
}

say: Final = speaking(SENTENCES)
