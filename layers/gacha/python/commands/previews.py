"""What a draft means before it is published, as `gacha.making.preview` has it, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Literal, TypedDict

from commands import kit
from commands.cards import star
from commands.command import Words
from commands.kit import COLOURS
from commands.message import Names
from commands.pull import show as pulls
from commands.rules import rule
from commands.sentences import Sentences, filled, price, word
from gacha.game import Game

MOST_NAMED: Final = 5
"""Cards that a line names; the rest is counted."""
MOST_QUESTIONS: Final = 5
MOST_OF_A_NAME: Final = 40


class Beside(TypedDict):
    """What is different beside the version that members pull now: `resets` as `gacha.making` has
    them, and `changes`, each a key of CHANGES with its values; None where nothing is published."""

    resets: Sequence[Mapping[str, Any]]
    changes: Sequence[Mapping[str, Any]] | None


class Limited(TypedDict, total=False):
    shared: Mapping[str, Any]
    rules: Sequence[Mapping[str, Any]]


class Preview(Beside, Limited):
    """`shared`: of a box that the server shares, its `tickets`, how many `boxes` there are in turn,
    what a whole one `cost`s, and the prize of the `last` ticket, if any. `rules`: those of
    `gacha.rates`; a workflow may have begun before they were there. `draft` is its version, and
    `by` who changed it last. Times are Unix seconds, None when open on that side. `modes`: the
    figures of single pulls, and of multi-pulls where they differ."""

    kind: Literal["admin banner list"]
    view: Literal["preview"]
    banner: str
    name: Names
    draft: int
    by: str
    starts: int | None
    ends: int | None
    prices: Sequence[Sequence[Any]]
    cards: int
    income: int
    modes: Mapping[str, Sequence[Mapping[str, Any]]]
    shards: Sequence[Mapping[str, Any]]
    odd: Sequence[Mapping[str, Any]]
    questions: Sequence[Mapping[str, Any]]
    more_questions: int
    new_pictures: int
    may_publish: bool


def preview(
    seen: Mapping[str, Any],
    *,
    starts_ms: int | None,
    ends_ms: int | None,
    before_ms: tuple[int | None, int | None] | None,
    draft: int,
    by: str,
    may_publish: bool,
) -> Preview:
    """As much of it as a message has room for. `before_ms`: when members can pull what is published
    now, None where nothing is."""
    banner, questions = seen["banner"], seen["questions"]
    other = beside(seen)
    if before_ms not in (None, (starts_ms, ends_ms)):
        both = {"period_before": before_ms, "period_after": (starts_ms, ends_ms)}
        dates = {name: [*map(_seconds, each or ())] for name, each in both.items()}
        changes = [{"key": "period", "values": dates}, *(other["changes"] or [])]
        other = {**other, "changes": changes}
    made: Preview = {
        "kind": "admin banner list",
        "view": "preview",
        "banner": banner["id"],
        "name": banner["name"],
        "draft": draft,
        "by": by,
        "starts": _seconds(starts_ms),
        "ends": _seconds(ends_ms),
        "prices": prices(banner),
        "cards": banner["cards"],
        "income": round(Fraction(seen["income"])),
        "modes": seen["figures"],
        "shards": seen.get("shards", ()),  # a preview of before shards has none
        "rules": seen.get("rules", ()),  # nor of before they were told
        "odd": seen["odd"],
        "resets": other["resets"],
        "changes": other["changes"],
        "questions": questions[:MOST_QUESTIONS],
        "more_questions": max(0, len(questions) - MOST_QUESTIONS),
        "new_pictures": len(seen["new_pictures"]),
        "may_publish": may_publish,
    }
    if "shared" in banner:
        made["shared"] = banner["shared"]
    return made


def _seconds(at_ms: int | None) -> int | None:
    return None if at_ms is None else at_ms // 1000


def prices(banner: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """Of each size that is sold: how many cards, and the price or prices in turn."""
    if "prices" in banner:
        found: Sequence[Sequence[Any]] = banner["prices"]
        return found
    # A draft may have a preview of before, which knew single pulls and ten-pulls.
    return [[1, [banner["price_one"]]], [10, banner["prices_ten"]]]


def sample(seen: Mapping[str, Any], look: Mapping[str, Any], game: Game, user: str) -> pulls.Result:
    """The sample pull of a preview, as a result of one who begins."""
    banner = seen["banner"]
    first = next(iter(seen["figures"].values()))
    rarities = [each for each in first if "featured" not in each]
    ranks = {each["rarity"]: rank for rank, each in enumerate(rarities)}
    cards: list[Any] = []
    for each in seen["sample"]:
        rank, id_ = ranks[each["rarity"]], f"c{each['number']}"
        art = look.get("cards", {}).get(id_)
        cards.append(
            {
                "id": id_,
                "name": each["name"],
                "rarity": rarities[rank]["name"],
                "rank": rank,
                "featured": each.get("featured", False),
                "new": id_ not in [card["id"] for card in cards],
                **look.get("rarities", {}).get(each["rarity"], {}),
                **({"art": art} if art else {}),
            }
        )
    costs = {size: each[0] for size, each in prices(banner)}
    price = costs.get(len(cards), len(cards) * costs.get(1, 0))
    return {
        "kind": "pull",
        "banner": banner["name"],
        "banner_id": banner["id"],
        "user": user,
        "next_draw": "0.0",
        "cards": cards,
        "sizes": [*costs],
        "price": price,
        "balance": max(0, game.start_balance - price),
        "standing": [],
    }


def beside(of: Mapping[str, Any]) -> Beside:
    """What `gacha.making.preview.beside` found, as lines of a message."""
    changes = of["changes"]
    return {
        "resets": of["resets"],
        "changes": None if changes is None else [*_changes(changes)],
    }


def _changes(of: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for key in ("cards_in", "cards_out"):
        if of[key]:
            named = [each["name"] for each in of[key][:MOST_NAMED]]
            yield {"key": key, "values": {"count": len(of[key]), "names": named}}
    for key in ("cards_renamed", "cards_moved"):
        for each in of[key][:MOST_NAMED]:
            given = {name: value for name, value in each.items() if name != "number"}
            yield {"key": key, "values": given}
        if (left := len(of[key]) - MOST_NAMED) > 0:
            yield {"key": f"{key}_more", "values": {"count": left}}
    for each in of["rates"]:
        key = "rate" if each["before"] and each["after"] else "rarity_in"
        yield {
            "key": key if each["after"] else "rarity_out",
            "values": {name: value for name, value in each.items() if value is not None},
        }
    stock = of.get("stock", ())  # a preview of before has none, nor the rules
    for each in stock[:MOST_NAMED]:
        given = {name: each[name] for name in ("name", "before", "after")}
        yield {"key": "stock", "values": given}
    if (left := len(stock) - MOST_NAMED) > 0:
        yield {"key": "stock_more", "values": {"count": left}}
    for key in ("rules_out", "rules_in"):
        for each in of.get(key, ()):
            yield {"key": key, "values": {"rule": each}}
    if of["prices"]:
        before, after = of["prices"]["before"], of["prices"]["after"]
        yield {"key": "prices", "values": {"prices_before": before, "prices_after": after}}
    if of["is_same"]:
        yield {"key": "same", "values": {}}


# --- in words -------------------------------------------------------------------------------------


def figures(of: Preview, lang: str) -> list[str]:
    """Each rarity's rate, and how many pulls, coins and days the first of it takes."""
    lines = []
    for mode, rarities in of["modes"].items():
        size = _size(mode)
        if size > 1:
            lines.append(f"**{_say(MULTI_ONLY, lang, {'size': size})}**")
        for rank, each in _reckoned(of, rarities):
            lines.append("\n".join(_figure(each, rank, lang, size)))
    return lines


def _size(mode: str) -> int:
    """How many cards a pull of it has."""
    return {"single": 1, "ten": 10}.get(mode) or int(mode)


def rates(of: Preview, lang: str) -> list[str]:
    """Each rarity's rate on a line, of single pulls or else the smallest ones, and how many of
    these its first one takes."""
    mode, first = next(iter(of["modes"].items()))
    return [_rate(each, rank, lang, _size(mode)) for rank, each in _reckoned(of, first)]


def _reckoned(
    of: Preview, rarities: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Their lines by rank. What comes with the last ticket alone has no rate."""
    for rank, each in enumerate(rarities):
        if not ("shared" in of and each["pulls"] and "expected" not in each["pulls"]):
            yield rank, each


def _rate(of: Mapping[str, Any], rank: int, lang: str, size: int) -> str:
    line = f"{_sign(of, rank)} {_drawn(of, lang, size)}"
    if of["pulls"] and "expected" in of["pulls"]:
        line += _say(FIGURES["about"], lang, {"expected": _expected(of["pulls"], lang, size)})
    return line


def _drawn(of: Mapping[str, Any], lang: str, size: int) -> str:
    """How often it comes: on a first pull; of multi-pulls, whose slots may have rates of their own,
    in one of them, and among their cards."""
    is_featured = "featured" in of
    name = _say(FIGURES["name_featured" if is_featured else "name"], lang, {"name": of["name"]})
    if size == 1 or "one_in" not in of:  # it took too long, or the preview is of before
        return f"{name} {of['rate'] if size == 1 else of['long_run'] or '?'}"
    given = {"size": size, "chance": of["one_in"], "rate": of["long_run"]}
    line = f"{name} {_say(FIGURES['one_in_first' if 'is_first' in of else 'one_in'], lang, given)}"
    return line + (_say(FIGURES["of_cards"], lang, given) if of["long_run"] else "")


def _expected(pulls_: Mapping[str, Any], lang: str, size: int) -> str:
    key = "expected" if size == 1 else "expected_cards"
    return _say(FIGURES[key], lang, {"pulls": pulls_["expected"]["pulls"]})


def _sign(of: Mapping[str, Any], rank: int) -> str:
    return "✨" if "featured" in of else star({**of, "rank": rank})


def _figure(of: Mapping[str, Any], rank: int, lang: str, size: int) -> Iterator[str]:
    line = f"{_sign(of, rank)} {_drawn(of, lang, size)}"
    if size == 1 and of["long_run"] and of["long_run"] != of["rate"]:
        line += _say(FIGURES["long_run"], lang, {"rate": of["long_run"]})
    yield line
    pulls_ = of["pulls"]
    if pulls_ is None:
        yield f"-# {_say(FIGURES['unknown'], lang, {})}"
        return
    parts = []
    if "expected" in pulls_:
        parts.append(_expected(pulls_, lang, size))
    for key in ("half", "ninety", "certain"):
        if pulls_[key] is not None:
            parts.append(_say(FIGURES[key], lang, {"cost": _cost(pulls_[key], lang, size)}))
    if pulls_["certain"] is None:
        parts.append(_say(FIGURES["never_certain"], lang, {}))
    if "by_points" in pulls_:
        parts.append(_say(FIGURES["by_points"], lang, {"chance": pulls_["by_points"]}))
    yield "-# " + ("／" if lang == "ja" else " · ").join(parts)


def _cost(of: Mapping[str, Any], lang: str, size: int) -> str:
    """Multi-pulls are counted, not their cards. Days are those of the income, or, where a day has
    so many pulls, those that it takes."""
    times = -(-of["pulls"] // size)
    pulls_ = _say(FIGURES["times" if size == 1 else "times_multi"], lang, {"times": times})
    key = "cost" if of["days"] else "cost_only"
    if not of["coins"]:
        key = "free_by_day" if "a_day" in of and of["days"] else "free"
    return _say(FIGURES[key], lang, {**of, "pulls": pulls_})


def shards(of: Preview, lang: str) -> list[str]:
    """What a duplicate gives, and what a card costs where the shop has it, by rarity."""
    lines = []
    for each in of["shards"]:
        given = {**each, "name": _short(each["name"], lang)}
        lines.append(f"- {_say(SHARDS if 'price' in each else SHARDS_ALONE, lang, given)}")
    return lines


def remarks(of: Sequence[Mapping[str, Any]], sentences: Sentences, lang: str) -> list[str]:
    """Each on a line: of ODD, RESETS or CHANGES."""
    return [f"- {_say(sentences[each['key']], lang, each['values'])}" for each in of]


def rules(of: Preview, lang: str) -> list[str]:
    """The banner's rules, each on a line, as members read them beside its rates; without those that
    `shared` says."""
    told = (each for each in of.get("rules", ()) if each["kind"] not in _RULES_OF_SHARED)
    return [f"- {rule(each, lang)}" for each in told]


def shared(of: Preview, lang: str) -> list[str]:
    """How much there is of a box that the server shares."""
    if "shared" not in of:
        return []
    keys = ["tickets", *(["boxes"] if of["shared"]["boxes"] > 1 else []), "cost"]
    keys += [*(["last"] if "last" in of["shared"] else []), "alone"]
    return [f"- {_say(SHARED[key], lang, of['shared'])}" for key in keys]


def questions(of: Preview, lang: str) -> Iterator[str]:
    for each in of["questions"]:
        yield f"- {_say(QUESTION, lang, each)}{word(WHY[each.get('why', '')], lang)}"
    if of["more_questions"]:
        yield f"- {_say(MORE, lang, {'count': of['more_questions']})}"


def rest(lang: str) -> Callable[[int], str]:
    return lambda count: _say(MORE, lang, {"count": count})


def _say(sentence: Words, lang: str, values: Mapping[str, Any]) -> str:
    if "ends_ms" in values:
        values = {**values, "ends_s": values["ends_ms"] // 1000}
    shown = {name: _shown(name, value, lang) for name, value in values.items()}
    return filled(word(sentence, lang), lang, shown)


def priced(prices: Sequence[Sequence[Any]], lang: str) -> str:
    """What the first pull of each size costs, and of a step-up those that follow."""
    said = []
    for size, each in prices:
        turns = " → ".join(price(one, lang) for one in each)
        said.append(_say(PRICED_1 if size == 1 else PRICED, lang, {"size": size, "prices": turns}))
    return ("／" if lang == "ja" else ", ").join(said)


def period(starts: int | None, ends: int | None, lang: str) -> str:
    """From when until when, in Unix seconds; None when open on that side."""
    key = ("until" if ends is not None else "always") if starts is None else "from"
    key = "from_until" if starts is not None and ends is not None else key
    return filled(word(PERIODS[key], lang), lang, {"starts": starts, "ends": ends})


def _shown(name: str, value: Any, lang: str) -> object:
    if name in ("prices_before", "prices_after"):
        return priced(value, lang)
    if name in ("period_before", "period_after"):
        starts, ends = value
        return period(starts, ends, lang)
    if name == "rule":
        return rule(value, lang)
    if isinstance(value, Mapping):
        return _short(value, lang)
    if isinstance(value, str | int) or value is None:
        return value
    named = [_short(each, lang) if isinstance(each, Mapping) else str(each) for each in value]
    return ("、" if lang == "ja" else ", ").join(named[:MOST_NAMED]) + (
        "…" if len(named) > MOST_NAMED else ""
    )


def _short(of: Names, lang: str) -> str:
    return kit.cut(kit.in_language(of, lang), MOST_OF_A_NAME) if of else "?"


COLOUR: Final = COLOURS[2]

MULTI_ONLY: Final[Words] = ("{size:,} 連だけで引くとき", "If only pulls of {size:,} are used")
PRICED_1: Final[Words] = ("1 回 {prices}", "1 pull {prices}")
PRICED: Final[Words] = ("{size:,} 連 {prices}", "{size:,} pulls {prices}")
MORE: Final[Words] = ("ほか {count:,} 件", "and {count:,} more")
QUESTION: Final[Words] = (
    "「{name}」（{number} 番・新規）は、{maybe} 番「{maybe_name}」の名前を変えたものですか？",
    "Is “{name}” (new, {number}) the card “{maybe_name}” ({maybe}) under a new name?",
)

PERIODS: Final[Sentences] = {
    "always": ("期限なし", "always"),
    "until": ("<t:{ends}:f> まで", "until <t:{ends}:f>"),
    "from": ("<t:{starts}:f> から", "from <t:{starts}:f>"),
    "from_until": ("<t:{starts}:f> から <t:{ends}:f> まで", "<t:{starts}:f> – <t:{ends}:f>"),
}

WHY: Final[Sentences] = {
    "picture": ("（同じ画像です）", " They have the same picture."),
    "sound": ("（名前の読みが同じです）", " Both names read the same."),
    "name": ("（名前がよく似ています）", " The names are nearly the same."),
    "": ("", ""),
}
"""Of `gacha.making.cards.likeness`."""

SHARDS: Final[Words] = (
    "{name}：重複 1 枚で {gives:,} 個、ショップで {price:,} 個",
    "{name}: {gives:,} for a duplicate, {price:,} in the shop",
)
SHARDS_ALONE: Final[Words] = (
    "{name}：重複 1 枚で {gives:,} 個（数量限定のため、ショップでは買えません）",
    "{name}: {gives:,} for a duplicate (of limited stock: not in the shop)",
)

FIGURES: Final[Sentences] = {
    "name": ("**{name}**", "**{name}**"),
    "name_featured": ("**{name}（ピックアップ）**", "**{name}, featured**"),
    "one_in": ("{size:,} 連に 1 枚以上 {chance}", "at least one in a pull of {size:,}: {chance}"),
    "one_in_first": (
        "最初の {size:,} 連に 1 枚以上 {chance}",
        "at least one in the first pull of {size:,}: {chance}",
    ),
    "of_cards": (
        "（長く引いたとき、出るカードの {rate}）",
        " ({rate} of all cards in the long run)",
    ),
    "long_run": (
        "（天井・確定を含めて長く引くと {rate}）",
        " ({rate} in the long run, with pity and all guarantees)",
    ),
    "about": ("（{expected}）", " ({expected})"),
    "unknown": (
        "計算に時間がかかりすぎるため、回数は出せません",
        "The pulls take too long to compute",
    ),
    "expected": ("平均 {pulls} 回", "{pulls} pulls on average"),
    "expected_cards": ("平均 {pulls} 枚目", "card {pulls} on average"),
    "times": ("{times:,} 回", "{times:,}"),
    "times_multi": ("{times:,} 回", "{times:,} {times:pull|pulls}"),
    "half": ("50 %：{cost}", "50 %: {cost}"),
    "ninety": ("90 %：{cost}", "90 %: {cost}"),
    "certain": ("確定：{cost}", "guaranteed: {cost}"),
    "never_certain": ("確定なし", "never guaranteed"),
    "by_points": ("ポイントで交換：{chance}", "for points: {chance}"),
    "cost": (
        "{pulls}（{coins:,}・{days:,} 日分）",
        "{pulls} ({coins:,}, {days:,} {days:day|days})",
    ),
    "cost_only": ("{pulls}（{coins:,}）", "{pulls} ({coins:,})"),
    "free_by_day": (
        "{pulls}（無料・{days:,} 日分）",
        "{pulls} (free, {days:,} {days:day|days})",
    ),
    "free": ("{pulls}（無料）", "{pulls} (free)"),
}

ODD: Final[Sentences] = {
    "rarity_never": (
        "「{rarity}」は確率 0 で、出ることがありません。",
        "“{rarity}” has a rate of 0 and never comes.",
    ),
    "rarity_rare": (
        "「{rarity}」の確率は {rate} です（0.1 % 未満）。",
        "“{rarity}” comes at {rate}, less than 0.1 %.",
    ),
    "cards_rare": (
        "確率が 0.1 % 未満のカードが {count:,} 枚あります（最低は {number} 番の {rate}）。",
        "{count:,} {count:card is|cards are} rarer than 0.1 % (the rarest, card {number}: {rate}).",
    ),
    "cards_without_picture": (
        "画像のないカードが {count:,} 枚あります（{numbers} 番）。",
        "{count:,} {count:card has|cards have} no picture ({numbers}).",
    ),
    "pictures_awaited": (
        "表にある画像のうち、{count:,} 枚がまだ届いていません（{names}）。"
        "続きの画像か ZIP を送ると付きます。",
        "{count:,} {count:picture|pictures} of the sheet {count:has|have} not come ({names}). Send "
        "{count:it|them} alone or in another ZIP.",
    ),
    "parts_missing": (
        "書き出しのファイルがまだ揃っていません（届いていない画像 {count:,} 枚）。",
        "Some files of its export have not come: {count:,} {count:picture|pictures} are missing.",
    ),
    "ceiling_outlasts": (
        "「{rarity}」の天井 {pulls:,} 回には{currency}が {coins:,} かかり、"
        "毎日の受け取りだけでは期間中（{open_days:,} 日）に届きません。",
        "The pity of “{rarity}” at {pulls:,} pulls costs {coins:coins}: the daily income alone "
        "does not reach it in the {open_days:,} {open_days:day|days} that it is open.",
    ),
    "ceiling_outlasts_limit": (
        "「{rarity}」の天井 {pulls:,} 回には、1 日 {a_day:,} 回までなので {days:,} 日かかり、"
        "期間中（{open_days:,} 日）に届きません。",
        "The pity of “{rarity}” at {pulls:,} pulls takes {days:,} days at {a_day:,} "
        "{a_day:pull|pulls} a day: nobody reaches it in the {open_days:,} "
        "{open_days:day|days} that it is open.",
    ),
    "exchange_outlasts": (
        "交換の {points:,} ポイントには{currency}が {coins:,} かかり、"
        "毎日の受け取りだけでは期間中（{open_days:,} 日）に届きません。",
        "An exchange at {points:,} points costs {coins:coins}: the daily income alone does not "
        "reach it in the {open_days:,} {open_days:day|days} that it is open.",
    ),
    "exchange_outlasts_limit": (
        "交換の {points:,} ポイントには、1 日 {a_day:,} 回までなので {days:,} 日かかり、"
        "期間中（{open_days:,} 日）に届きません。",
        "An exchange at {points:,} points takes {days:,} days at {a_day:,} {a_day:pull|pulls} a "
        "day: nobody reaches it in the {open_days:,} {open_days:day|days} that it is open.",
    ),
    "copies_one": (
        "どのカードも箱に 1 枚だけで、箱は全部で {tickets:,} 枚です。枚数は {/admin card edit} で"
        "変えられます。",
        "Each card has one copy, so the box has {tickets:,} in all. {/admin card edit} changes the "
        "copies.",
    ),
    "free": ("無料で引けます。", "It can be pulled for nothing."),
    "ten_dearer": (
        "10 連（{ten:,}）が、1 回を 10 回引く（{ones:,}）より高くなっています。",
        "A ten-pull ({ten:,}) costs more than ten single pulls ({ones:,}).",
    ),
    "multi_dearer": (
        "{size:,} 連（{price:,}）が、1 回を {size:,} 回引く（{ones:,}）より高くなっています。",
        "A pull of {size:,} ({price:,}) costs more than {size:,} single pulls ({ones:,}).",
    ),
    "multi_forfeited": (
        "1 人 {total:,} 枚までなので、先に少ない枚数で引いた人は、{size:,} 連を引けなくなります。"
        "{size:,} 連だけを売るには、値段を 1 つだけにします（ファイルでは price から one を"
        "外します）。",
        "With a limit of {total:,} {total:card|cards} for each player, whoever first pulls fewer "
        "cards at once can no longer pull {size:,}. To sell pulls of {size:,} alone, give one "
        "price alone (in a file, leave `one` out of `price`).",
    ),
    "over": (
        "終了日時（<t:{ends_s}:f>）を過ぎています。",
        "Its end (<t:{ends_s}:f>) is in the past.",
    ),
    "too_much": (
        "{rarities} は計算に時間がかかりすぎるため、回数を出していません。",
        "The pulls for {rarities} are not shown: they would take too long to compute.",
    ),
}
"""Of `gacha.making.preview.ODD`."""

RESETS: Final[Sentences] = {
    "everything": (
        "天井までの回数・ポイントなど、すべての記録が最初からになります。",
        "All counts, points and guarantees of this banner start over.",
    ),
    "count": (
        "「{rarity}」の天井までの回数がなくなります。",
        "The pity count of “{rarity}” is lost.",
    ),
    "count_nearer": (
        "「{rarity}」の天井が {before:,} 回から {after:,} 回になります。"
        "それより多く引いている人は、次で天井です。",
        "The pity of “{rarity}” goes from {before:,} to {after:,} pulls: whoever has counted "
        "further is at it with the next pull.",
    ),
    "guarantee": (
        "「{rarity}」のピックアップ確定がなくなります。",
        "The featured guarantee of “{rarity}” is lost.",
    ),
    "guarantee_nearer": (
        "「{rarity}」のピックアップ確定までの外れが {before} 回から {after} 回になります。",
        "The featured guarantee of “{rarity}” comes after {after} instead of {before} losses.",
    ),
    "no_repeats": (
        "「{rarity}」でこれまでに出たカードの記録が、全部または一部なくなります。",
        "Which cards of “{rarity}” have come is forgotten, all or in part.",
    ),
    "contested": (
        "「{rarity}」のピックアップの確率を変えるすり抜けの回数がなくなります。",
        "The losses that change the featured chance of “{rarity}” are no longer counted.",
    ),
    "contested_nearer": (
        "「{rarity}」のピックアップの確率を変えるすり抜けの回数は、{before} 回までから"
        " {after} 回までになります。",
        "The losses that change the featured chance of “{rarity}” are counted up to {after} "
        "instead of {before}.",
    ),
    "promise": ("保証「{id}」の回数がなくなります。", "The count of the promise “{id}” is lost."),
    "promise_nearer": (
        "保証「{id}」が {before:,} 回から {after:,} 回になります。",
        "The promise “{id}” goes from {before:,} to {after:,} pulls.",
    ),
    "points": (
        "交換がなくなります。たまったポイントは残りますが、使い道がありません。",
        "There is no exchange any more: points are kept, and nothing takes them.",
    ),
    "box": ("ボックスの中身が最初からになります。", "The box starts over."),
    "reset": (
        "自分で新しいボックスに替えることはできなくなります。",
        "Members can no longer begin a new box by choice.",
    ),
    "shared": (
        "いまの箱は閉じられ、新しい内容の箱が始まります（箱の番号は続きから、個数は 1 個目から"
        "数えます）。残っている券は引けなくなります。",
        "The open box is closed, and one with these contents begins: the numbers of boxes go on, "
        "and of those in turn it is the first. Tickets that are left can no longer be drawn.",
    ),
    "box_refilled": (
        "新しいボックスの分を引き終えている人のボックスは、補充されます。",
        "The box of whoever has drawn all that the new one ends with is filled again.",
    ),
    "step": ("ステップが最初からになります。", "The steps start over."),
    "steps_fewer": (
        "ステップが {before} 段階から {after} 段階になります。",
        "The steps go from {before} to {after}.",
    ),
}
"""Of `gacha.making.preview.RESETS`."""

SHARED: Final[Sentences] = {
    "alone": (
        "下の回数は、満杯の箱を 1 人で引き続けた場合のものです。",
        "The pulls below are those of one player who draws a whole box alone.",
    ),
    "tickets": (
        "サーバーの全員で引く、{tickets:,} 枚入りの箱です。券は引くたびに減ります。",
        "One box of {tickets:,} {tickets:ticket|tickets} for the whole server. What is drawn is "
        "gone.",
    ),
    "boxes": (
        "箱は {boxes:,} 個あり、完売すると次の箱が始まります。",
        "There are {boxes:,} {boxes:box|boxes}; when one is sold out, the next begins.",
    ),
    "cost": (
        "箱を全部引くと {cost:coins} かかります。",
        "A whole box costs {cost:coins}.",
    ),
    "last": (
        "最後の 1 枚を引いた人は「{last}」ももらえます。",
        "Whoever draws the last ticket gets {last}, too.",
    ),
}
"""How much there is of a box that the server shares."""

_RULES_OF_SHARED: Final = ("rule_shared", "rule_shared_boxes", "rule_shared_last")

CHANGES: Final[Sentences] = {
    "cards_in": ("追加 {count:,} 枚：{names}", "{count:,} {count:card|cards} added: {names}"),
    "cards_out": (
        "外れる {count:,} 枚：{names}（持っている人の手元には残ります）",
        "{count:,} {count:card|cards} taken out: {names} (copies that members own stay)",
    ),
    "cards_renamed": ("名前：{before} → {after}", "Renamed: {before} → {after}"),
    "cards_renamed_more": ("名前の変更がほかに {count:,} 枚", "{count:,} more renamed"),
    "cards_moved": ("{name}：{before} → {after}", "{name}: {before} → {after}"),
    "cards_moved_more": (
        "レアリティの変更がほかに {count:,} 枚",
        "{count:,} more change their rarity",
    ),
    "rate": ("{rarity} の確率：{before} → {after}", "Rate of {rarity}: {before} → {after}"),
    "rarity_in": ("レアリティ「{rarity}」を追加（{after}）", "Rarity “{rarity}” added ({after})"),
    "rarity_out": ("レアリティ「{rarity}」を削除", "Rarity “{rarity}” removed"),
    "stock": (
        "箱の「{name}」：{before:,} 枚 → {after:,} 枚",
        "Copies of {name} in the box: {before:,} → {after:,}",
    ),
    "stock_more": (
        "箱の枚数の変更がほかに {count:,} 枚",
        "{count:,} more change their copies in the box",
    ),
    "rules_out": ("なくなるルール：{rule}", "No longer: {rule}"),
    "rules_in": ("新しいルール：{rule}", "New: {rule}"),
    "prices": (
        "値段：{prices_after}（いまは {prices_before}）",
        "Prices: {prices_after} (now {prices_before})",
    ),
    "period": (
        "期間：{period_after}（いまは {period_before}）",
        "Period: {period_after} (now {period_before})",
    ),
    "same": (
        "ルールは今の版と同じです（日程・画像・説明だけの変更）。",
        "The rules are as they are now; only dates, pictures or words differ.",
    ),
}
