"""A banner's rates: each rarity's, each card's, and the rules behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, NotRequired, TypedDict

from commands import kit
from commands.cards import star
from commands.kit import Body, Embed
from commands.message import Content, Names, parsed
from commands.rates.texts import say
from commands.rules import Rule, changes, featured, guarantee, rule
from commands.sentences import literal

_MARKUP: Final = re.compile(r"\\([!-/:-@\[-`{-~])|\*\*")

MOST_OF_BEFORE: Final = 600
"""Characters for the rates before: sixteen rarities of long names would take the message."""

Rarity = Mapping[str, Any]
"""A rarity of `gacha.rates.table`."""


class Earlier(TypedDict):
    """The rules before these: each rarity's base `rate`, in percent, as text, and its `ceiling`."""

    banner_hash: str
    rates: Sequence[Mapping[str, Any]]


class History(TypedDict, total=False):
    """`since` when the rules hold, in Unix seconds, and what was `before`, where that is noted.
    `emojis`: those that the owner chose for the rarities, by rank."""

    since: int
    before: Earlier
    emojis: Sequence[str]


class Goal(TypedDict):
    """What may be wanted, as `gacha.far` names it. `kind`: where a card and a rarity have the same
    name, which it is."""

    of: str
    name: Names
    featured: bool
    kind: NotRequired[Literal["card", "rarity"]]


class Uncounted(TypedDict, total=False):
    """`tickets` of the player that the banner takes, beside the coins: a pull that they pay may
    count toward nothing."""

    tickets: int


class Reach(Uncounted):
    """How far a player with so many `coins` is from `copies` of something (`gacha.far`)."""

    kind: Literal["reach"]
    banner: Names
    banner_id: str
    goal: Goal
    copies: int
    coins: int
    points: Mapping[str, int] | None
    ways: Sequence[Mapping[str, Any]]


class Table(History):
    """What holds for a player's next pull, and where the rest is to be read."""

    kind: Literal["rates"]
    banner: Names
    banner_id: str
    banner_hash: str
    rarities: Sequence[Rarity]
    standing: Sequence[Rule]
    goals: Sequence[Goal]


class Rates(Table):
    """The same with each card's rate (`gacha.rates.cards`), and the rules."""

    cards: Sequence[Mapping[str, Any]]
    rules: Sequence[Rule]


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    """Every card's rate, or as many as fit above a line that names the file, then each rarity's,
    then the banner's rules. Or how far the player is from what they want."""
    if content["kind"] == "reach":
        return _reach(parsed(Reach, content), lang)
    rates = parsed(Rates, content)
    embed, _ = _frame(rates, lang)
    embed = {**embed, "description": "\n".join(_card_lines(rates, embed, lang))}
    return kit.body(embeds=[embed], components=[*_goals(rates, lang), *_box(rates, lang)])


def _goals(rates: Rates, lang: str) -> list[kit.Component]:
    """A select of what the player may want."""
    options = [kit.choice(called(each, lang), each["of"]) for each in rates["goals"]]
    custom_id = f"rates:of:{rates['banner_id']}"
    return kit.rows([kit.select(custom_id, options, say(lang, "how_far"))]) if options else []


def called(goal: Goal, lang: str) -> str:
    """As it is written, not yet as Discord's Markdown has to read it."""
    name = goal["name"][lang]
    if "kind" in goal:
        return say(lang, "goal_card" if goal["kind"] == "card" else "goal_rarity", name=name)
    return say(lang, "featured_goal", rarity=name) if goal["featured"] else name


def _reach(of: Reach, lang: str) -> Body:
    """How far the player is from what they want, one field for each way to pull."""
    goal = literal(called(of["goal"], lang))
    title = say(
        lang, "reach_title" if of["copies"] == 1 else "reach_copies", goal=goal, copies=of["copies"]
    )
    words = [say(lang, "reach_from", banner=kit.in_language(of["banner"], lang))]
    if of["points"] is not None:
        words.append(say(lang, "reach_points", **of["points"]))
    if "tickets" in of:
        words.append(say(lang, "reach_tickets", tickets=of["tickets"]))
    if not of["ways"]:
        words.append(say(lang, "reach_too_long"))
    embed = {
        "title": title,
        "description": "\n".join(words),
        "color": kit.INFO_COLOUR,
        "fields": [
            {
                "name": say(lang, "single" if each["size"] == 1 else "multi", size=each["size"]),
                "value": "\n".join(_way(each, of["coins"], lang)),
            }
            for each in of["ways"]
        ],
    }
    return kit.body(embeds=[embed])


def _way(way: Mapping[str, Any], coins: int, lang: str) -> list[str]:
    if way["certain"] is not None and way["certain"]["pulls"] == 0:
        return [say(lang, "reach_now")]
    lines = []
    if (mean := way["expected"]) is not None:
        lines.append(say(lang, "expected", pulls=mean["pulls"], cost=_cost(mean, lang, "amount")))
    for key in ("half", "ninety", "certain"):
        if way[key] is not None:
            lines.append(say(lang, key, pulls=way[key]["pulls"], cost=_cost(way[key], lang)))
    if way["left"] is not None:
        lines.append(say(lang, "left_of_limit", **way["left"]))
    elif way["certain"] is None:
        never = way["never"]
        lines.append(say(lang, "never", never=never) if never else say(lang, "never_certain"))
    if way["by_points"] is not None:
        lines.append(say(lang, "by_points", chance=way["by_points"]))
    if way["chance"] is None:
        return lines
    blanks = {"coins": coins, "pulls": way["pulls"], "chance": way["chance"]}
    lines.append(say(lang, "free" if way["pulls"] is None else "budget", **blanks))
    return lines


def _cost(of: Mapping[str, Any], lang: str, sentence: str = "coins_only") -> str:
    """What pulls cost, and on how many days they are made where a limit says how many a day has."""
    if "days" not in of:
        return say(lang, sentence, coins=of["coins"])
    if of["coins"] is None:
        return say(lang, "days_only", days=of["days"])
    return say(lang, "days_coins" if of["coins"] else "days_free", **of)


def _box(rates: Rates, lang: str) -> list[kit.Component]:
    """The button that begins a new box, where the player may."""
    if not any(each["kind"] == "box_reset" for each in rates["standing"]):
        return []
    return kit.rows([kit.button(say(lang, "box"), f"box:ask:{rates['banner_id']}")])


def fits(rates: Rates, lang: str) -> bool:
    """Whether a message has room for all that `in_full` says."""
    embed, is_whole = _frame(rates, lang)
    return is_whole and _card_lines(rates, embed, lang) == _every_card(rates, lang)


def in_full(rates: Rates, lang: str) -> str:
    """All of it as plain text, for a file that is read without the message: each rarity's rates and
    rules, the banner's rules, then every card's rate."""
    title = say(lang, "title", banner=rates["banner"][lang])
    rarities = (
        f"{each['name'][lang]}\n{_bare(_rate(each, rates, lang))}\n" for each in rates["rarities"]
    )
    rules = [_bare(rule(each, lang)) for each in rates["rules"]]
    if rules:
        rules = [say(lang, "rules_title"), *rules, ""]
    cards = (
        f"{card['rarity'][lang]}\t{_chance(card, lang)}\t{card['name'][lang]}"
        for card in rates["cards"]
    )
    history = [_bare(line) for line in _history(rates, lang, _written)]
    head = [title, _note(rates, lang), *history, ""]
    return "\n".join([*head, *rarities, *rules, *cards, ""])


def _history(rates: Table, lang: str, at: Callable[[int], str]) -> list[str]:
    """Since when these rules hold, and the rates before; `at` writes a time."""
    if "since" not in rates:
        return []
    lines = [say(lang, "since", since=at(rates["since"]))]
    if "before" in rates:
        earlier = rates["before"]
        separator = "・" if lang == "ja" else ", "
        listed = separator.join(_earlier(each, lang) for each in earlier["rates"])
        version = earlier["banner_hash"][: kit.VERSION]
        lines.append(kit.cut(say(lang, "before", rates=listed, version=version), MOST_OF_BEFORE))
    return lines


def _earlier(rate: Mapping[str, Any], lang: str) -> str:
    shown = f"{literal(rate['rarity'][lang])} {rate['rate']}"
    ceiling = rate["ceiling"]
    return shown + (say(lang, "earlier_ceiling", pulls=ceiling) if ceiling else "")


def _written(unix_s: int) -> str:
    """A time for a file, which does not know where its reader is."""
    return f"{datetime.fromtimestamp(unix_s, UTC):%Y-%m-%d %H:%M} UTC"


def _bare(markdown: str) -> str:
    """What Discord would show of our own bold signs and of `literal`'s escapes."""
    return _MARKUP.sub(lambda match: match[1] or "", markdown)


def _note(rates: Rates, lang: str) -> str:
    """With the version that a pull would be drawn from now."""
    version = say(lang, "version", version=rates["banner_hash"][: kit.VERSION])
    if _is_shared(rates):
        note = say(lang, "note_shared")
    elif rates["rarities"][0]["next"] is None:
        note = say(lang, "note_multi", size=rates["rarities"][0]["size"])
    else:
        note = say(lang, "note")
    return f"{note}\n{version}"


def _every_card(rates: Rates, lang: str) -> list[str]:
    """The highest rarity first."""
    emojis = dict(enumerate(rates.get("emojis", ())))
    return [
        f"{star({**card, 'emoji': emojis.get(card['rank'], '')})} {_named(card, lang)}"
        for card in rates["cards"]
    ]


def _named(card: Mapping[str, Any], lang: str) -> str:
    return f"{kit.name(card, lang)} {_chance(card, lang)}"


def _chance(card: Mapping[str, Any], lang: str) -> str:
    if "is_last" in card:
        return say(lang, "last_ticket")
    return say(lang, "too_long") if card["rate"] is None else str(card["rate"])


def _card_lines(rates: Rates, frame: Embed, lang: str) -> list[str]:
    """The cards' lines for which the message has room beside what is in it."""
    space = min(kit.MAX_DESCRIPTION, kit.MOST_OF_ALL - kit.length_of(frame))
    return kit.fitting(_every_card(rates, lang), space, lambda left: say(lang, "left", left=left))


def _frame(rates: Rates, lang: str) -> tuple[Embed, bool]:
    """The message without its cards, and whether it is whole: of sixteen rarities it has no room
    for each one's rules."""
    fields = [
        {"name": kit.name(each, lang), "value": _rate(each, rates, lang)}
        for each in rates["rarities"]
    ]
    lines = [rule(each, lang) for each in (*rates["rules"], *rates["standing"])]
    rule_lines = kit.fitting(lines, kit.MAX_FIELD, lambda left: say(lang, "rules_left", left=left))
    rules = (
        [{"name": say(lang, "rules_title"), "value": "\n".join(rule_lines)}] if rule_lines else []
    )
    history = _history(rates, lang, lambda unix_s: f"<t:{unix_s}:f>")
    if history:
        rules.append({"name": say(lang, "history_title"), "value": "\n".join(history)})
    frame = {
        "title": say(lang, "title", banner=kit.in_language(rates["banner"], lang)),
        "color": kit.INFO_COLOUR,
        "fields": [*fields, *rules],
        "footer": {"text": _note(rates, lang)},
    }
    is_whole = rule_lines == lines
    if kit.length_of(frame) > kit.MOST_OF_ALL:
        is_whole = False
        for field in fields:
            field["value"] = field["value"].partition("\n")[0]
        cut = {"name": say(lang, "rules_title"), "value": say(lang, "rules_cut")}
        frame["fields"] = [*fields, cut]
    return frame, is_whole


def _is_over(rates: Table) -> bool:
    """Whether there is no next pull, since nothing is left of a box that the server shares."""
    return any(each["kind"] == "shared_over" for each in rates["standing"])


def _is_shared(rates: Rates) -> bool:
    """Whether it is a box that the server shares. Its odds are those of what is left in it."""
    kinds = [each["kind"] for each in (*rates["rules"], *rates["standing"])]
    return any(kind.startswith(("rule_shared", "shared_")) for kind in kinds)


def _rate(rarity: Rarity, rates: Rates, lang: str) -> str:
    """What holds for the player now, then the rule behind it."""
    consolidated = rarity["consolidated"] or say(lang, "too_long")
    figures = {"consolidated": consolidated, "base": rarity["base"]}
    if _is_shared(rates):
        line = "line_shared_over" if _is_over(rates) else "line_shared"
        lines = [say(lang, line, next=rarity["next"], **figures)]
    elif rarity["next"] is None:
        line = "line_multi" if "next_multi" in rarity else "line_multi_alone"
        has = {"size": rarity["size"], "next": rarity.get("next_multi")}
        lines = [say(lang, line, consolidated=consolidated, **has)]
    else:
        lines = [say(lang, "line", next=rarity["next"], **figures)]
    if rarity["ten"]:
        lines.append(say(lang, "ten", ten=rarity["ten"]))
    for size, rate in rarity.get("multis", ()):  # a workflow may have begun before they were there
        if rate:
            lines.append(say(lang, "of_multi", size=size, rate=rate))
    if rarity["certain_within"]:
        lines.append(rule(rarity["certain_within"], lang))
    if "featured_next" in rarity:
        lines.append(rule(rarity["featured_next"], lang))
    if rarity["changes"]:
        lines.append(changes(rarity, kit.name(rarity, lang), lang))
    if rarity["featured"]:
        lines.append(featured(rarity, lang))
    if rarity["guarantee"]:
        lines.append(guarantee(rarity, kit.name(rarity, lang), lang))
    return "\n".join(lines)
