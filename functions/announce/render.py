"""Turns what a workflow decided into a Discord message. Every message forbids mentions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple, TypeVar

from adapters.commands import ANYWHERE, COMMANDS
from adapters.texts import code, command_name, literal, localised, say, subcommands
from gacha import ledger

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

_VERSION: Final = 16
"""Digits of a banner's hash that are shown, as `verify.py` shows them: two versions that share
them are out of anybody's reach."""
_MAX_FIELDS: Final = 25
_MOST_OF_PROFILE: Final = 4_000  # of a message's characters; the rest is for what was missed
_MOST_OF_RATES: Final = 4_000  # of these; the rest is for what the player missed
_MARKUP: Final = re.compile(r"\\([!-/:-@\[-`{-~])|\*\*")
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
    return {**body, "content": "", "embeds": [*_unseen(missed, lang), *shown]}


def fits(body: Mapping[str, Any]) -> bool:
    """Whether all embeds together are within Discord's limit. A long message with missed events
    before it may not be."""
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
    cards = "\n".join(f"{_rarity(card, lang)} {_name(card, lang)}" for card in message["cards"])
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
    lines = [
        say(lang, "pulled_by", user=message["user"]),
        *(_card(card, lang) for card in message["cards"]),
        "",
        say(lang, "paid", price=message["price"], balance=message["balance"]),
    ]
    best = min(card["rank"] for card in message["cards"])
    room = _MAX_DESCRIPTION - _length("\n".join(lines))
    return {
        "title": literal(message["banner"][lang]),
        "description": "\n".join([*lines, *_standing(message["standing"], lang, room)]),
        "color": _by_rank(_COLOURS, best),
    }


def _card(card: Mapping[str, Any], lang: str) -> str:
    marks = [f"`{say(lang, mark)}`" for mark in ("featured", "new") if card[mark]]
    # The top rarities stand out in a list of ten on a small screen.
    name = f"**{_name(card, lang)}**" if card["rank"] <= 1 else _name(card, lang)
    return " ".join([_by_rank(_STARS, card["rank"]), _rarity(card, lang), name, *marks])


def _standing(rules: Sequence[Mapping[str, Any]], lang: str, room: int) -> list[str]:
    """A line for each rule of `gacha.rules`, or as many as fit and one that says where all are."""
    lines = [_rule(each, lang) for each in rules]
    return _fitting(lines, room, lambda _left: say(lang, "rules_elsewhere"))


def _fitting(lines: Sequence[str], room: int, rest: Callable[[int], str]) -> list[str]:
    """The lines if they have room, with their line breaks; else as many as do, and what `rest` says
    of so many that are left out."""
    ends = list(accumulate(_length(line) + 1 for line in lines))
    if not lines or ends[-1] <= room:
        return list(lines)
    kept = sum(end + _length(rest(len(lines))) + 1 <= room for end in ends)
    return [*lines[:kept], rest(len(lines) - kept)]


def _rule(rule: Mapping[str, Any], lang: str) -> str:
    """One rule of a banner, or how it stands for a player, in words."""
    values = {name: _of_rule(name, value, lang) for name, value in rule.items()}
    if "numbers" in rule:
        values["count"] = len(rule["numbers"])
    text = say(lang, rule["kind"], **values)
    if "steps" in rule and rule["kind"] != "step":
        steps = {"steps": values["steps"], "count": len(rule["steps"])}
        text = say(lang, "rule_in_steps", rule=text, **steps)
    return say(lang, "rule_once", rule=text) if rule.get("once") else text


def _of_rule(name: str, value: Any, lang: str) -> Any:
    """What fills a blank of a rule's sentence."""
    separator = "・" if lang == "ja" else ", "
    if name == "cards":
        return _set_of_cards(value, lang)
    if name == "rates":
        return separator.join(f"{_rarity(each, lang)} {each['rate']}" for each in value)
    if name == "prices":
        return " → ".join(f"{price:,}" for price in value)
    if isinstance(value, list):  # numbers of slots or steps
        return separator.join(map(str, value))
    return literal(value[lang]) if isinstance(value, Mapping) else value


def _set_of_cards(cards: Mapping[str, Any], lang: str) -> str:
    names = [
        say(lang, "featured_of", rarity=_name(each, lang))
        if each["featured"]
        else _name(each, lang)
        for each in cards["names"]
    ]
    if cards["or_better"]:
        return say(lang, "or_better", rarity=names[0])
    names = [say(lang, "one_of", name=name) for name in names]
    if cards["more"]:
        names.append(say(lang, "cards_more", more=cards["more"]))
    if len(names) == 1:
        return names[0]
    separator = "" if lang == "ja" else ", "
    return say(lang, "any_of", names=separator.join(names[:-1]), last=names[-1])


def _profile(message: Message, lang: str) -> dict[str, Any]:
    """The purse, the collection, and how each banner stands: those that are open come first."""
    cards = say(lang, "profile_cards", owned=message["owned"], total=message["cards"])
    fields = [
        {"name": say(lang, "profile_balance"), "value": f"{message['balance']:,}"},
        {"name": say(lang, "profile_collection"), "value": cards},
    ]
    embed = {"title": say(lang, "profile_title"), "color": _INFO_COLOUR, "fields": fields}
    shown = [_banner_field(each, lang) for each in message["banners"]]
    room = _MOST_OF_PROFILE - _length_of(embed)
    ends = list(accumulate(_length(each["name"]) + _length(each["value"]) for each in shown))
    kept = shown[: min(sum(end <= room for end in ends), _MAX_FIELDS - len(fields))]
    fields += kept
    if left := message["more"] + len(shown) - len(kept):
        embed["footer"] = {"text": say(lang, "profile_more", count=left)}
    return embed


def _banner_field(banner: Mapping[str, Any], lang: str) -> dict[str, str]:
    name = literal(banner["banner"][lang])
    if not banner["is_open"]:
        name = say(lang, "profile_closed", banner=name)
    lines = _standing(banner["standing"], lang, _MAX_FIELD) or [say(lang, "no_rules")]
    return {"name": name, "value": "\n".join(lines)}


def _history(message: Message, lang: str) -> dict[str, Any]:
    rows = "\n\n".join(_row(row, lang) for row in message["rows"])
    return {
        "title": say(lang, "history_title"),
        "color": _INFO_COLOUR,
        "description": rows or say(lang, "history_empty"),
    }


def _rates(message: Message, lang: str) -> dict[str, Any]:
    """Every card's rate, or as many as fit above a line that names the file, then each rarity's,
    then the banner's rules."""
    embed, _ = _rates_frame(message, lang)
    return {**embed, "description": "\n".join(_card_rates(message, embed, lang))}


def rates_fit(message: Message, lang: str) -> bool:
    """Whether a message has room for all that `rates_in_full` says."""
    embed, is_whole = _rates_frame(message, lang)
    return is_whole and _card_rates(message, embed, lang) == _cards_with_rates(message, lang)


def rates_in_full(message: Message, lang: str) -> str:
    """All of it as plain text, for a file that is read without the message: each rarity's rates and
    rules, the banner's rules, then every card's rate."""
    title = say(lang, "rates_title", banner=message["banner"][lang])
    rarities = (
        f"{each['name'][lang]}\n{_bare(_rate(each, lang))}\n" for each in message["rarities"]
    )
    rules = [_bare(_rule(each, lang)) for each in message["rules"]]
    if rules:
        rules = [say(lang, "rules_title"), *rules, ""]
    cards = (
        f"{card['rarity'][lang]}\t{card['rate']}\t{card['name'][lang]}" for card in message["cards"]
    )
    return "\n".join([title, _rates_note(message, lang), "", *rarities, *rules, *cards, ""])


def _bare(markdown: str) -> str:
    """What Discord would show of our own bold signs and of `literal`'s escapes."""
    return _MARKUP.sub(lambda found: found[1] or "", markdown)


def _rates_note(message: Message, lang: str) -> str:
    """With the version that a pull would be drawn from now."""
    version = say(lang, "rates_version", version=message["banner_hash"][:_VERSION])
    return f"{say(lang, 'rates_note')}\n{version}"


def _cards_with_rates(message: Message, lang: str) -> list[str]:
    """The highest rarity first."""
    return [
        f"{_by_rank(_STARS, card['rank'])} {_name(card, lang)} {card['rate']}"
        for card in message["cards"]
    ]


def _card_rates(message: Message, frame: Mapping[str, Any], lang: str) -> list[str]:
    """The cards' lines for which the message has room beside what is in it."""
    room = min(_MAX_DESCRIPTION, _MOST_OF_RATES - _length_of(frame))
    lines = _cards_with_rates(message, lang)
    return _fitting(lines, room, lambda left: say(lang, "rates_left", left=left))


def _rates_frame(message: Message, lang: str) -> tuple[dict[str, Any], bool]:
    """The message without its cards, and whether it is whole: of sixteen rarities it has no room
    for each one's rules."""
    fields = [
        {"name": _name(each, lang), "value": _rate(each, lang)} for each in message["rarities"]
    ]
    lines = [_rule(each, lang) for each in (*message["rules"], *message["standing"])]
    shown = _fitting(lines, _MAX_FIELD, lambda left: say(lang, "rules_left", left=left))
    rules = [{"name": say(lang, "rules_title"), "value": "\n".join(shown)}] if shown else []
    frame = {
        "title": say(lang, "rates_title", banner=literal(message["banner"][lang])),
        "color": _INFO_COLOUR,
        "fields": [*fields, *rules],
        "footer": {"text": _rates_note(message, lang)},
    }
    is_whole = shown == lines
    if _length_of(frame) > _MOST_OF_RATES:
        is_whole = False
        for field in fields:
            field["value"] = field["value"].partition("\n")[0]
        cut = {"name": say(lang, "rules_title"), "value": say(lang, "rules_cut")}
        frame["fields"] = [*fields, cut]
    return frame, is_whole


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
        lines.append(_rule(rarity["certain_within"], lang))
    if rarity["changes"]:
        lines.append(_changes(rarity, lang))
    if rarity["featured"]:
        lines.append(say(lang, "rates_featured", featured=rarity["featured"]))
    if losses := rarity["guarantee"]:
        sentence = "rates_guarantee" if losses == 1 else "rates_guarantee_after"
        lines.append(say(lang, sentence, rarity=_name(rarity, lang), losses=losses))
    return "\n".join(lines)


def _changes(rarity: Mapping[str, Any], lang: str) -> str:
    """The pulls at which the rate is another. The ceiling of a lower rarity is not one at 100 %:
    higher ones take precedence (see `gacha.rules.ceilings`)."""
    changes = rarity["changes"]
    certain = rarity["certain_within"]
    if certain and certain["kind"] == "ceiling_or_better":
        or_better = say(lang, "rates_or_better", rarity=_name(rarity, lang))
        changes = [*changes[:-1], (changes[-1][0], or_better)]
    (pull, rate), *further = changes
    names = (literal(name[lang]) for name in rarity["counted_from"])
    rarities = (" か " if lang == "ja" else " or ").join(names)
    first = say(lang, "rates_first_change", rarities=rarities, pull=pull, rate=rate)
    rest = (
        "…" if change is None else say(lang, "rates_change", pull=change[0], rate=change[1])
        for change in further
    )
    return " → ".join([first, *rest])


def _fair(message: Message, lang: str) -> dict[str, Any]:
    fields = {
        "fair_epoch": say(lang, "fair_epoch_value", **_picked(message, "epoch", "nonce")),
        "fair_commitment": f"`{message['commitment']}`",
        "fair_next": f"`{message['next']}`",
        "fair_client_seed": _client_seed(message["client_seed"]),
        "fair_last": f"`{message['last']}`" if message["last"] else say(lang, "fair_none"),
    }
    shown = [{"name": say(lang, name), "value": value} for name, value in fields.items()]
    versions = [
        f"`{each['banner_hash'][:_VERSION]}` {literal(each['banner'][lang])}"
        for each in message["versions"]
    ]
    if versions:
        why = say(lang, "fair_versions_why")
        left = _MAX_FIELD - len(why) - 1
        listed = _fitting(versions, left, lambda more: say(lang, "fair_versions_left", left=more))
        value = "\n".join([*listed, why])
        shown.append({"name": say(lang, "fair_versions"), "value": value})
    return {"title": say(lang, "fair_title"), "color": _INFO_COLOUR, "fields": shown}


def _client_seed(client_seed: str) -> str:
    """With its SHA-256 where the verifiers show that, too: where another could look the same."""
    if re.fullmatch(r"[!-~]+( [!-~]+)*", client_seed) and len(client_seed) <= 100:
        return code(client_seed)
    digest = hashlib.sha256(client_seed.encode()).hexdigest()
    return f"{code(client_seed)}\nSHA-256 `{digest}`"


def _receipts(message: Message, lang: str) -> str:
    text = say(lang, "receipts", **_picked(message, "epoch", "pulls"))
    following = message["next"]
    return text if following is None else f"{text}\n{say(lang, 'more_parts', next=following)}"


def _unseen(missed: Missed, lang: str) -> list[dict[str, Any]]:
    """The presents and the results that the player has not been shown, in an embed each."""
    presents = [_present(each, lang) for each in missed.events if each["kind"] == "grant"]
    # Others may read this; what the player had is for their own history.
    results = [
        _row({**each, "balance": None}, lang) for each in missed.events if each["kind"] != "grant"
    ]
    title = say(lang, "present_title", count=len(presents))
    if missed.more:
        (results or presents).append(say(lang, "missed_more", count=missed.more))
    embeds = []
    if presents:
        embeds.append(_embed(title, presents, _COLOURS[0]))
    if results:
        embeds.append(_embed(say(lang, "missed_title"), results, _INFO_COLOUR))
    return embeds


def _embed(title: str, paragraphs: Sequence[str], colour: int) -> dict[str, Any]:
    return {"title": title, "description": "\n\n".join(paragraphs), "color": colour}


def _present(event: Mapping[str, Any], lang: str) -> str:
    """From whom and how much. Others may read this; the reason is for the player's own history."""
    sentence = "present" if event["granted_by"] else "present_of_server"
    said = say(lang, sentence, by=event["granted_by"], amount=event["amount"])
    receipt = say(lang, "present_receipt", receipt=event["interaction_id"])
    return "\n".join([said, *_note({**event, "reason": None}, lang), receipt])


def _name(of: Mapping[str, Any], lang: str) -> str:
    """The name of a card or a rarity, which whoever runs the banner chose."""
    return literal(of["name"][lang])


def _rarity(of: Mapping[str, Any], lang: str) -> str:
    """The name of a card's rarity."""
    return literal(of["rarity"][lang])


def _listed(receipts: Sequence[str], lang: str) -> str:
    """Missed results by their receipt numbers alone: at most the twenty that a row keeps, and 500
    characters."""
    numbers = ("、" if lang == "ja" else ", ").join(f"`{each}`" for each in receipts)
    return say(lang, "missed_listed", receipts=numbers, count=len(receipts))


def _picked(message: Message, *names: str) -> dict[str, Any]:
    return {name: message[name] for name in names}


def _row(row: Mapping[str, Any], lang: str) -> str:
    """One ledger row. A row of ten cards stays short: ten of them must fit 4,096 characters."""
    if row["kind"] == ledger.OPENING:
        return f"{say(lang, 'history_opening')} {row['amount']:+,}"
    when = f"<t:{row['unix_s']}:f>"
    receipt = f"`{row['interaction_id']}`"
    if row["kind"] == ledger.GRANT:
        sentence = "history_grant" if row["granted_by"] else "history_grant_of_server"
        what = f"{when} {say(lang, sentence, by=row['granted_by'])}"
        head = f"{what} {_amount(row)} {receipt}"
        return "\n".join([head, *_note(row, lang)])
    if row["kind"] == ledger.VOID and row["command"] not in ("pull", None):
        return f"{when} {say(lang, 'history_void_change')} {receipt}"
    if row["kind"] in (ledger.VOID, ledger.SEED, ledger.ROTATE):
        return f"{when} {say(lang, 'history_' + row['kind'], epoch=row['epoch'])} {receipt}"
    if row["kind"] == ledger.LAPSE:
        opened = {"next_epoch": row["next_epoch"], "commitment": row["next_commitment"]}
        return f"{when} {say(lang, 'history_lapse', epoch=row['epoch'], **opened)} {receipt}"
    if row["kind"] != ledger.PULL:
        raise ledger.UnknownKindError(row["kind"])
    counted: dict[tuple[int, str, str], int] = {}
    for card in row["cards"]:
        name = (card["rank"], _rarity(card, lang), _name(card, lang))
        counted[name] = counted.get(name, 0) + 1
    cards = "、" if lang == "ja" else ", "
    shown = cards.join(
        f"{_by_rank(_STARS, rank)} {name}" + (f" ×{copies}" if copies > 1 else "")
        for (rank, _, name), copies in sorted(counted.items())
    )
    head = f"{when} {literal(row['banner'][lang])} {_amount(row)} {receipt}"
    return f"{head}\n{_cut(shown, _MAX_ROW - _length(head) - 1)}"


def _amount(row: Mapping[str, Any]) -> str:
    """What an event gave or took, and what the player had then, where that is to be shown."""
    amount = f"{row['amount']:+,}"
    return amount if row["balance"] is None else f"{amount} → {row['balance']:,}"


def _note(grant: Mapping[str, Any], lang: str) -> list[str]:
    """Why somebody was given something, if it is known."""
    lines = []
    if grant["reason"]:
        reason = _cut(literal(grant["reason"]), _MAX_REASON)
        lines.append(say(lang, "history_reason", reason=reason))
    if grant["compensates"]:
        lines.append(say(lang, "history_compensates", pull=grant["compensates"]))
    return lines


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
    """Every command that works where the player asked, and what a pull costs."""
    players: list[str] = []
    admins: list[str] = []
    for command in COMMANDS:
        for path in subcommands(command):
            line = f"**{command_name(path, lang)}** {localised(path[-1], 'description', lang)}"
            if not message["in_server"] and path[-1]["name"] not in ANYWHERE:
                continue
            (admins if "default_member_permissions" in command else players).append(line)
    if admins:
        admins = ["", say(lang, "help_admins"), *admins]
    sentences = [] if message["in_server"] else [say(lang, "help_outside")]
    sentences.append(_sentence({"sentence": "help_rules", **message}, lang, ""))
    return {
        "title": say(lang, "help_title"),
        "color": _INFO_COLOUR,
        "description": "\n".join([*players, *admins, "", *sentences]),
    }


def _by_rank(values: tuple[Shown, ...], rank: int) -> Shown:
    return values[min(rank, len(values) - 1)]
