"""Turns what a workflow decided into a Discord message. Every message forbids mentions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple, TypeVar

from adapters.commands import COMMANDS, SUBCOMMAND, SUBCOMMAND_GROUP
from adapters.texts import code, literal, say

Message = Mapping[str, Any]
Shown = TypeVar("Shown")

# By rank, from the highest rarity down; further ranks look like the last.
_COLOURS: Final = (0xF2B134, 0x9B6DFF, 0x4AA3DF, 0x8A94A6)
_STARS: Final = ("🌟", "🟣", "🔵", "⚪")
_INFO_COLOUR: Final = 0x5865F2

_MAX_CONTENT: Final = 2_000
_MAX_DESCRIPTION: Final = 4_096
_MAX_FIELD: Final = 1_024
_MAX_EMBEDS: Final = 6_000  # characters over all embeds of a message
_MAX_ROW: Final = 400  # of these, for an event: ten fit a description
_MAX_REASON: Final = 200
_MOST_OF_RATES: Final = 4_000  # of these; the rest is for what the player missed
_ACTION_ROW: Final = 1
_BUTTON: Final = 2
_SECONDARY: Final = 2


class Missed(NamedTuple):
    """Events of the ledger that the player has not been shown, and how many more there are."""

    events: Sequence[Mapping[str, Any]] = ()
    more: int = 0


NOTHING_MISSED: Final = Missed()


def render(
    message: Message, lang: str, receipt: str, missed: Missed = NOTHING_MISSED
) -> dict[str, Any]:
    """The body of the edit that shows `message` in `lang`, and before it what was `missed`;
    `receipt` is the execution's name."""
    body = _render(message, lang, receipt)
    if not missed.events:
        return body
    # Discord shows a message's content above all embeds, so a sentence becomes an embed, too.
    shown = body["embeds"] or [{"description": body["content"]}]
    return {**body, "content": "", "embeds": [_missed(missed, lang), *shown]}


def fits(body: Mapping[str, Any]) -> bool:
    """Whether all embeds together are within Discord's limit, which only a message that takes all
    of it itself can break, with what was missed on top."""
    return sum(map(_length_of, body["embeds"])) <= _MAX_EMBEDS


def _render(message: Message, lang: str, receipt: str) -> dict[str, Any]:
    embed_of = {
        "pull": _pull,
        "profile": _profile,
        "history": _history,
        "help": _help,
        "fair": _fair,
        "rates": _rates,
    }
    if message["kind"] == "text":
        return _body(content=_sentence(message, lang, receipt))
    if message["kind"] == "receipts":
        return _body(content=_receipts(message, lang))
    embed = embed_of[message["kind"]](message, lang)
    if message["kind"] == "pull":
        embed["footer"] = {"text": say(lang, "receipt", receipt=receipt)}
    return _body(embeds=[embed], components=_buttons(message, lang))


def plain(message: Message, lang: str, receipt: str, missed: Sequence[str] = ()) -> dict[str, Any]:
    """The same in bare words, for when Discord refuses the rendered message; of what was `missed`
    the receipt numbers."""
    listed = [_listed(missed, lang)] if missed else []
    if message["kind"] == "text":
        return _body(content="\n\n".join([*listed, _sentence(message, lang, receipt)]))
    if message["kind"] != "pull":
        return _body(content="\n\n".join([*listed, say(lang, "unanswered", receipt=receipt)]))
    cards = "\n".join(f"{card['rarity']} {_name(card, lang)}" for card in message["cards"])
    rest = "\n\n".join([say(lang, "stands", receipt=receipt), *listed])
    return _body(content=f"{_cut(cards, _MAX_CONTENT - _length(rest) - 1)}\n{rest}")


def _body(
    content: str = "",
    embeds: list[dict[str, Any]] | None = None,
    components: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    # All three are always named: an edit leaves what it does not name as it was.
    return {
        "content": content,
        "embeds": embeds or [],
        "components": components or [],
        "allowed_mentions": {"parse": []},
    }


def _sentence(message: Message, lang: str, receipt: str) -> str:
    values = {name: _value(name, value, lang) for name, value in message.get("values", {}).items()}
    return say(lang, message["sentence"], **{"receipt": receipt, **values})


def _value(name: str, value: Any, lang: str) -> Any:
    """What fills a blank: a number for its format, or text as it was written."""
    if isinstance(value, dict):
        value = value[lang]
    if not isinstance(value, str):
        return value
    return code(value) if name == "client_seed" else literal(value)


def _pull(message: Message, lang: str) -> dict[str, Any]:
    lines = [_card(card, lang) for card in message["cards"]]
    ceilings = _ceilings(message["certain_within"], lang)
    paid = say(lang, "paid", price=message["price"], balance=message["balance"])
    best = min(card["rank"] for card in message["cards"])
    return {
        "title": literal(message["banner"][lang]),
        "description": "\n".join([*lines, "", paid, ceilings]).rstrip(),
        "color": _by_rank(_COLOURS, best),
    }


def _card(card: Mapping[str, Any], lang: str) -> str:
    marks = [f"`{say(lang, mark)}`" for mark in ("featured", "new") if card[mark]]
    # The top rarities stand out in a list of ten on a small screen.
    name = f"**{_name(card, lang)}**" if card["rank"] <= 1 else _name(card, lang)
    return " ".join([_by_rank(_STARS, card["rank"]), card["rarity"].upper(), name, *marks])


def _ceilings(certain_within: Sequence[Mapping[str, Any]], lang: str) -> str:
    return "\n".join(
        say(
            lang,
            "ceiling_or_better" if each["or_better"] else "ceiling",
            rarity=each["rarity"].upper(),
            pulls=each["pulls"],
        )
        for each in certain_within
    )


def _profile(message: Message, lang: str) -> dict[str, Any]:
    cards = say(lang, "profile_cards", owned=message["owned"], total=message["cards"])
    ceilings = "\n".join(
        f"{literal(each['banner'][lang])}\n{_ceilings(each['certain_within'], lang)}"
        for each in message["ceilings"]
    )
    return {
        "title": say(lang, "profile_title"),
        "color": _INFO_COLOUR,
        "fields": [
            {"name": say(lang, "profile_balance"), "value": f"{message['balance']:,}"},
            {"name": say(lang, "profile_collection"), "value": cards},
            {"name": say(lang, "profile_ceilings"), "value": _cut(ceilings, _MAX_FIELD)},
        ],
    }


def _history(message: Message, lang: str) -> dict[str, Any]:
    rows = "\n\n".join(_row(row, lang) for row in message["rows"])
    return {
        "title": say(lang, "history_title"),
        "color": _INFO_COLOUR,
        "description": rows or say(lang, "history_empty"),
    }


def _rates(message: Message, lang: str) -> dict[str, Any]:
    """Every card's rate, or as many as fit above a line that names the file, then each rarity's."""
    lines = cards_that_fit(message, lang)
    if left := len(message["cards"]) - len(lines):
        lines.append(say(lang, "rates_left", left=left))
    return {**_rates_frame(message, lang), "description": "\n".join(lines)}


def cards_that_fit(message: Message, lang: str) -> list[str]:
    """The lines of the cards that a message has room for, the highest rarity first."""
    room = min(_MAX_DESCRIPTION, _MOST_OF_RATES - _length_of(_rates_frame(message, lang)))
    lines = [
        f"{_by_rank(_STARS, card['rank'])} {_name(card, lang)} {card['rate']}"
        for card in message["cards"]
    ]
    ends = list(accumulate(_length(line) + 1 for line in lines))
    if ends[-1] > room:
        room -= _length(say(lang, "rates_left", left=len(lines)))
    return lines[: sum(end <= room for end in ends)]


def rates_in_full(message: Message, lang: str) -> str:
    """All of it as plain text, for a file: each rarity's rates and rules, then every card's."""
    rarities = (
        f"{each['name'][lang]}\n{_rate(each, lang).replace('**', '')}\n"
        for each in message["rarities"]
    )
    cards = (
        f"{card['rarity'].upper()}\t{card['rate']}\t{card['name'][lang]}"
        for card in message["cards"]
    )
    return "\n".join([*rarities, *cards, ""])


def _rates_frame(message: Message, lang: str) -> dict[str, Any]:
    """The message without its cards; of sixteen rarities it has no room for the rules."""
    note = say(lang, "rates_note")
    if len(message["steps"]) > 1:
        prices = " → ".join(f"{price:,}" for price in message["steps"])
        note += say(lang, "rates_steps", prices=prices, step=message["next_step"])
    if message["exchange"] is not None:
        note += say(lang, "rates_exchange", price=message["exchange"])
    fields = [
        {"name": _name(each, lang), "value": _rate(each, lang)} for each in message["rarities"]
    ]
    frame = {
        "title": say(lang, "rates_title", banner=literal(message["banner"][lang])),
        "color": _INFO_COLOUR,
        "fields": fields,
        "footer": {"text": note},
    }
    if _length_of(frame) > _MOST_OF_RATES:
        for field in fields:
            field["value"] = field["value"].partition("\n")[0]
    return frame


def _length_of(embed: Mapping[str, Any]) -> int:
    """What an embed takes of the characters that all embeds of a message may have together."""
    texts = [embed.get("title", ""), embed.get("description", "")]
    texts.append(embed.get("footer", {"text": ""})["text"])
    for field in embed.get("fields", []):
        texts += [field["name"], field["value"]]
    return sum(map(_length, texts))


def _cut(text: str, room: int) -> str:
    """As much of the text as fits, by the same count as `_length`."""
    if _length(text) <= room:
        return text
    return text.encode("utf-16-le")[: 2 * (room - 1)].decode("utf-16-le", "ignore") + "…"


def _length(text: str) -> int:
    """Characters as the strictest count has them: 🌟 is two."""
    return len(text.encode("utf-16-le")) // 2


def _rate(rarity: Mapping[str, Any], lang: str) -> str:
    """What holds for the player now, then the rule behind it."""
    consolidated = rarity["consolidated"] or say(lang, "rates_too_long")
    lines = [say(lang, "rates_line", consolidated=consolidated, **_picked(rarity, "base", "next"))]
    if rarity["ten"]:
        lines.append(say(lang, "rates_ten", ten=rarity["ten"]))
    if rarity["certain_within"]:
        lines.append(_ceilings([rarity["certain_within"]], lang))
    if rarity["changes"]:
        changes = (
            "…" if change is None else say(lang, "rates_change", pull=change[0], rate=change[1])
            for change in rarity["changes"]
        )
        lines.append(say(lang, "rates_changes", changes=" → ".join(changes)))
    if rarity["featured"]:
        lines.append(say(lang, "rates_featured", featured=rarity["featured"]))
    if rarity["guarantee"]:
        lines.append(say(lang, "rates_guarantee", losses=rarity["guarantee"]))
    return "\n".join(lines)


def _fair(message: Message, lang: str) -> dict[str, Any]:
    fields = {
        "fair_epoch": say(lang, "fair_epoch_value", **_picked(message, "epoch", "nonce")),
        "fair_commitment": f"`{message['commitment']}`",
        "fair_next": f"`{message['next']}`",
        "fair_client_seed": code(message["client_seed"]),
        "fair_last": f"`{message['last']}`" if message["last"] else say(lang, "fair_none"),
    }
    return {
        "title": say(lang, "fair_title"),
        "color": _INFO_COLOUR,
        "fields": [{"name": say(lang, name), "value": value} for name, value in fields.items()],
    }


def _receipts(message: Message, lang: str) -> str:
    text = say(lang, "receipts", **_picked(message, "epoch", "pulls", "part"))
    return (
        f"{text}\n{say(lang, 'more_parts', next=message['part'] + 1)}" if message["more"] else text
    )


def _missed(missed: Missed, lang: str) -> dict[str, Any]:
    # An admin's reason is for the player alone, and this may be a message that all can read.
    rows = [_row({**each, "reason": None}, lang) for each in missed.events]
    if missed.more:
        rows.append(say(lang, "missed_more", count=missed.more))
    return {
        "title": say(lang, "missed_title"),
        "color": _INFO_COLOUR,
        "description": "\n\n".join(rows),
    }


def _name(of: Mapping[str, Any], lang: str) -> str:
    """The name of a card or a rarity, which whoever runs the banner chose."""
    return literal(of["name"][lang])


def _listed(receipts: Sequence[str], lang: str) -> str:
    """Missed results by their receipt numbers alone: at most the twenty that a row keeps, and 500
    characters."""
    numbers = ("、" if lang == "ja" else ", ").join(f"`{each}`" for each in receipts)
    return say(lang, "missed_listed", receipts=numbers)


def _picked(message: Message, *names: str) -> dict[str, Any]:
    return {name: message[name] for name in names}


def _row(row: Mapping[str, Any], lang: str) -> str:
    """One ledger row. A row of ten cards stays short: ten of them must fit 4,096 characters."""
    if row["kind"] == "opening":
        return f"{say(lang, 'history_opening')} {row['amount']:+,}"
    when = f"<t:{row['unix_s']}:f>"
    receipt = f"`{row['interaction_id']}`"
    if row["kind"] == "grant":
        return _grant(row, f"{when} {say(lang, 'history_grant')}", receipt, lang)
    if row["kind"] == "void" and row["command"] not in ("pull", None):
        return f"{when} {say(lang, 'history_void_change')} {receipt}"
    if row["kind"] in ("void", "seed", "rotate"):
        return f"{when} {say(lang, 'history_' + row['kind'], epoch=row['epoch'])} {receipt}"
    counted: dict[tuple[int, str, str], int] = {}
    for card in row["cards"]:
        name = (card["rank"], card["rarity"].upper(), _name(card, lang))
        counted[name] = counted.get(name, 0) + 1
    cards = "、" if lang == "ja" else ", "
    shown = cards.join(
        f"{_by_rank(_STARS, rank)}{name}" + (f" ×{copies}" if copies > 1 else "")
        for (rank, _, name), copies in sorted(counted.items())
    )
    head = (
        f"{when} {literal(row['banner'][lang])} {row['amount']:+,} → {row['balance']:,} {receipt}"
    )
    return f"{head}\n{_cut(shown, _MAX_ROW - _length(head) - 1)}"


def _grant(row: Mapping[str, Any], what: str, receipt: str, lang: str) -> str:
    lines = [f"{what} {row['amount']:+,} → {row['balance']:,} {receipt}"]
    if row["reason"]:
        reason = _cut(literal(row["reason"]), _MAX_REASON)
        lines.append(say(lang, "history_reason", reason=reason))
    if row["compensates"]:
        lines.append(say(lang, "history_compensates", pull=row["compensates"]))
    return "\n".join(lines)


def _buttons(message: Message, lang: str) -> list[dict[str, Any]]:
    """The buttons that turn the history's pages, or pull again. `custom_id` holds no price and no
    result, but the place that it is good for."""
    buttons = [
        {
            "type": _BUTTON,
            "style": _SECONDARY,
            "label": say(lang, f"pull_again_{count}"),
            "custom_id": f"pull:{message['banner_id']}:{count}:{message['place']}",
        }
        for count in ((1, 10) if message["kind"] == "pull" else ())
    ]
    buttons += [
        {
            "type": _BUTTON,
            "style": _SECONDARY,
            "label": say(lang, way),
            "custom_id": f"history:{way}:{message[way]}",
        }
        for way in ("newer", "older")
        if message.get(way)
    ]
    return [{"type": _ACTION_ROW, "components": buttons}] if buttons else []


def _help(message: Message, lang: str) -> dict[str, Any]:
    lines = [
        f"**/{' '.join(_localised(each, 'name', lang) for each in path)}** "
        f"{_localised(path[-1], 'description', lang)}"
        for command in COMMANDS
        for path in _subcommands(command)
    ]
    rules = say(lang, "help_rules", **message["values"])
    return {
        "title": say(lang, "help_title"),
        "color": _INFO_COLOUR,
        "description": "\n".join([*lines, "", rules]),
    }


def _subcommands(definition: Mapping[str, Any]) -> Iterator[list[Mapping[str, Any]]]:
    """The way to each subcommand: the definitions from the command down."""
    below = [
        each
        for each in definition.get("options", [])
        if each["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)
    ]
    for each in below:
        for path in _subcommands(each):
            yield [definition, *path]
    if not below:
        yield [definition]


def _localised(definition: Mapping[str, Any], field: str, lang: str) -> str:
    localised: Mapping[str, str] = definition.get(f"{field}_localizations", {})
    default: str = definition[field]
    return localised.get(lang, default)


def _by_rank(values: tuple[Shown, ...], rank: int) -> Shown:
    return values[min(rank, len(values) - 1)]
