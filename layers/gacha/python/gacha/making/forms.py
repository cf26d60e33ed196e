"""What an owner types into the fields of a form: text in, draft out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from fractions import Fraction
from typing import Any, Final, NamedTuple

from gacha import banner, shards
from gacha.making import times, values
from gacha.making.cards import MOST_NAME, key, name_problem
from gacha.making.draft import (
    ALL_CARDS,
    DAILY,
    KINDS,
    MULTI,
    OF_COPIES,
    OF_FILE,
    OF_SINGLES,
    PRICE_ONE,
    PRICE_TEN,
    STEP_UP,
    TOP_RARITY,
    Draft,
    DraftRarity,
    Rule,
    proposed_steps,
)
from gacha.making.problems import FORM, Note, Place, Problem, Refusal
from gacha.settings import CUSTOM_EMOJI, is_emoji

FIELDS: Final = (
    *("name", "name_ja", "name_en", "description"),
    *("rarities", "kind", "prices", "period", "looks", "shards"),
    *("of", "ceiling", "share", "guarantee", "exchange", "least", "steps", "repeat", "refill"),
    *("size", "total", "per_day", "turns", "every", "boxes", "age"),
)
"""What a form may hold. `name` is in the language of whoever types; those of the last
two lines are the numbers of a rule, as `draft.Rule` has them."""

RULE_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "simple": ("least", "exchange"),
    "ceiling": ("ceiling", "of", "least", "exchange"),
    "rate-up": ("share", "guarantee", "exchange", "ceiling", "least"),
    "box": ("refill",),
    "step-up": ("steps", "repeat", "of", "exchange"),
    "multi": ("size", "total", "least", "exchange"),
    "daily": ("per_day", "turns"),
    "stamps": ("every", "of", "exchange"),
    "shared": ("per_day", "boxes", "age"),
}
"""The fields of the form with a kind's numbers: at most five, as Discord allows."""

AGAIN: Final = "again"
LAST: Final = "last"

RARITY_UNKNOWN: Final = "rarity_unknown"

MOST_DESCRIPTION: Final = 1_000
MOST_TYPED: Final = 4_000


@dataclass(frozen=True, slots=True)
class Typed:
    """Fields of a form as they were typed, by their names in FIELDS, in the form's order. One that
    is left out stays as it is; an empty one means none, or the default. `now_ms` and `zone`, the
    server's, are for dates; `language` is that of whoever types."""

    fields: Mapping[str, str]
    language: str
    now_ms: int
    zone: tzinfo


def fill(draft: Draft, edit: Typed) -> tuple[Draft, tuple[Note, ...]] | Refusal:
    """The draft with these fields, or what is wrong with them: all of it at once, field by field as
    the form has them."""
    filled = fill_what_can_be(draft, edit)
    return Refusal.of(filled.problems) if filled.problems else (filled.draft, filled.notes)


class Filled(NamedTuple):
    """A draft with the fields that could be read, and what is wrong with the others."""

    draft: Draft
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]

    @property
    def knows_rarities(self) -> bool:
        """Whether it can be said which rarities there are to be."""
        return all(each.place.field != "rarities" for each in self.problems)


def fill_what_can_be(draft: Draft, edit: Typed) -> Filled:
    form = _Form(draft, edit)
    for field in FIELDS:  # in this order: rules name rarities, steps have prices
        if field in edit.fields:
            form.take(field, values.clean(edit.fields[field]).strip())
    order = {field: at for at, field in enumerate(edit.fields)}
    problems = sorted(form.problems, key=lambda each: order[each.place.field])
    filled = Filled(form.draft, tuple(form.notes), tuple(problems))
    if filled.knows_rarities:
        return filled
    return filled._replace(problems=tuple(p for p in problems if p.key != RARITY_UNKNOWN))


class _Line(NamedTuple):
    """A line of rarities; without a rate it takes the rest. `wrong` is what stands where the rate
    should."""

    number: int
    name: str
    rate: values.Rate | None
    wrong: str = ""


class _Form:
    def __init__(self, draft: Draft, edit: Typed) -> None:
        self.draft = draft
        self.problems: list[Problem] = []
        self.notes: list[Note] = []
        self._edit = edit
        self._takers: Mapping[str, Callable[[str], None]] = {
            "name": lambda text: self._name(edit.language, "name", text),
            "name_ja": lambda text: self._name("ja", "name_ja", text),
            "name_en": lambda text: self._name("en", "name_en", text),
            "description": self._description,
            "rarities": self._rarities,
            "kind": self._kind,
            "prices": self._prices,
            "period": self._period,
            "looks": self._looks,
            "shards": self._shards,
            "of": lambda text: self._rarity_of_rule("of", text),
            "ceiling": lambda text: self._number("ceiling", text, 2, banner.MAX_PULLS),
            "share": self._share,
            "guarantee": lambda text: self._number("guarantee", text or "0", 0, 10),
            "exchange": lambda text: self._number("exchange", text, 1, 10_000),
            "least": lambda text: self._rarity_of_rule("least", text),
            "steps": self._steps,
            "repeat": self._repeat,
            "refill": self._refill,
            "size": lambda text: self._counted("size", text, 2, banner.MAX_SIZE),
            "total": lambda text: self._number("total", text, 1, banner.MAX_TOTAL),
            "per_day": lambda text: self._counted("per_day", text, 1, banner.MAX_PER_DAY),
            "turns": self._turns,
            "every": lambda text: self._counted("every", text, 2, banner.MAX_PULLS),
            "boxes": lambda text: self._counted("boxes", text, 1, banner.MAX_BOXES),
            "age": lambda text: self._counted("age", text, 0, banner.MAX_AGE_DAYS),
        }

    def take(self, field: str, text: str) -> None:
        by_file = {"rarities", "kind", "prices", *FIELDS[FIELDS.index("of") :]}
        if self.draft.rule.kind == OF_FILE and field in by_file:
            self._refuse("only_by_file", field)
        elif len(text) > MOST_TYPED:
            self._refuse("too_long", field, found=len(text), most=MOST_TYPED)
        else:
            self._takers[field](text)

    def _refuse(self, problem: str, field: str, line: int = 0, **given: Any) -> None:
        self.problems.append(Problem(problem, Place(FORM, field, line), given))

    def _set_rule(self, **changed: Any) -> None:
        self.draft = replace(self.draft, rule=replace(self.draft.rule, **changed))

    # --- names and looks ---

    def _name(self, language: str, field: str, text: str) -> None:
        if not text:
            name = {other: each for other, each in self.draft.name.items() if other != language}
            if field == "name" or not name:
                self._refuse("name_missing", field)
            else:
                self.draft = replace(self.draft, name=name)
        elif self._is_name(text, field):
            self.draft = replace(self.draft, name={**self.draft.name, language: text})

    def _is_name(self, text: str, field: str, line: int = 0) -> bool:
        problem = name_problem(text)
        if problem:
            given: dict[str, Any] = {"most": MOST_NAME} if problem == "name_too_long" else {}
            self._refuse(problem, field, line, found=values.cut(text), **given)
        return not problem

    def _description(self, text: str) -> None:
        if len(text) > MOST_DESCRIPTION:
            self._refuse("too_long", "description", found=len(text), most=MOST_DESCRIPTION)
        self.draft = replace(self.draft, description=text)

    def _looks(self, text: str) -> None:
        """Lines `rarity emoji colour`, each of the last two where wanted; a rarity without a line
        has neither."""
        looks: dict[str, tuple[str, int | None]] = {}
        for line, words in _lines(text):
            own = CUSTOM_EMOJI.search(words)  # whose colons part no words
            words = CUSTOM_EMOJI.sub(" ", words, count=1).strip()
            rarity, rest = self._named_first(words)
            if rarity is None:
                known = [each.shown for each in self.draft.rarities]
                self._refuse(RARITY_UNKNOWN, "looks", line, found=values.cut(words), known=known)
                continue
            emoji, colour = own[0] if own else "", None
            for word in rest.split():
                if match := re.fullmatch(r"#?([0-9A-Fa-f]{6})", values.plain(word)):
                    colour = int(match[1], 16)
                elif emoji or word.startswith("#"):
                    self._refuse("not_colour", "looks", line, found=values.cut(word))
                elif not is_emoji(word):
                    self._refuse("not_emoji", "looks", line, found=values.cut(word))
                else:
                    emoji = word
            looks[rarity.id] = emoji, colour
        changed = tuple(
            replace(each, emoji=looks.get(each.id, ("", None))[0], colour=looks[each.id][1])
            if each.id in looks
            else replace(each, emoji="", colour=None)
            for each in self.draft.rarities
        )
        self.draft = replace(self.draft, rarities=changed)

    def _shards(self, text: str) -> None:
        """Lines `rarity shards price`: what a duplicate gives, and what a card costs in the shop.
        Without a price, or without a line, it is as nobody settled it."""
        amounts: dict[str, tuple[int, int | None]] = {}
        for line, words in _lines(text):
            rarity, rest = self._named_first(words)
            if rarity is None:
                known = [each.shown for each in self.draft.rarities]
                self._refuse(RARITY_UNKNOWN, "shards", line, found=values.cut(words), known=known)
                continue
            typed = [each.strip(",") for each in re.split(r"[\s:：、，/／→]+", rest)]
            typed = list(filter(None, typed))
            if not 1 <= len(typed) <= 2:
                self._refuse("shards_form", "shards", line, found=values.cut(words))
                continue
            if len(typed) == 2 and self.draft.is_shared:
                self._refuse("no_shop_price", "shards", line, found=values.cut(words))
                continue
            gives = self._within(typed[0], line, 0)
            price = self._within(typed[1], line, 1) if len(typed) == 2 else None
            if gives is not None:
                amounts[rarity.id] = gives, price
        changed = []
        for each in self.draft.rarities:
            settled, price = amounts.get(each.id, (None, None))
            changed.append(replace(each, shards=settled, price=price))
        self.draft = replace(self.draft, rarities=tuple(changed))

    def _within(self, word: str, line: int, least: int) -> int | None:
        """So many shards."""
        number = values.whole(word)
        if number is None:
            self._refuse("not_whole", "shards", line, found=values.cut(word))
        elif not least <= number <= shards.MOST:
            given = {"found": values.cut(word), "least": least, "most": shards.MOST}
            self._refuse("out_of_range", "shards", line, **given)
            return None
        return number

    def _named_first(self, words: str) -> tuple[DraftRarity | None, str]:
        """The rarity whose name begins the line, and the words after it."""
        pieces = re.split(r"[\s:：,，、]+", words)
        for count in range(len(pieces), 0, -1):
            if (rarity := self.draft.rarity(" ".join(pieces[:count]))) is not None:
                return rarity, " ".join(pieces[count:])
        return None, ""

    # --- rarities ---

    def _rarities(self, text: str) -> None:
        lines = [_rarity_line(line, words, self._is_known) for line, words in _lines(text)]
        if not lines:
            self._refuse("rarities_missing", "rarities")
            return
        if len(lines) > banner.MAX_RARITIES:
            found, most = len(lines), banner.MAX_RARITIES
            self._refuse("too_many_rarities", "rarities", found=found, most=most)
            return
        before = len(self.problems)
        self._check_rarity_names(lines)
        if self._is_of_copies:
            for line in (each for each in lines if each.rate is not None):
                name = values.cut(line.name)
                self._refuse("rate_of_copies", "rarities", line.number, found=name)
        rate_at, is_percent = self._rates(lines)
        if len(self.problems) > before:
            return
        made = [
            replace(rarity, rate=rate_at.get(each.number))
            for rarity, each in zip(
                self._matched([each.name for each in lines]), lines, strict=True
            )
        ]
        gone = [each for each in self.draft.rarities if each.id not in {one.id for one in made}]
        for each in gone:
            if count := sum(card.rarity == each.id for card in self.draft.cards):
                self._refuse("rarity_has_cards", "rarities", rarity=each.shown, cards=count)
        if is_percent:
            self.notes.append(Note("rates_as_percent"))
        added = sum(each not in {one.id for one in self.draft.rarities} for each in _ids(made))
        self.draft = replace(
            self.draft,
            rarities=tuple(made),
            is_typed=True,
            next_rarity=self.draft.next_rarity + added,
        )

    @property
    def _is_of_copies(self) -> bool:
        """Whether it is to be a box, whose rarities have no rates."""
        return (self._edit.fields.get("kind") or self.draft.rule.kind) in OF_COPIES

    def _is_known(self, name: str) -> bool:
        """Whether a rarity has that name: what it is called may look like a rate, as a sheet's."""
        return self.draft.rarity(name) is not None

    def _check_rarity_names(self, lines: Sequence[_Line]) -> None:
        first: dict[str, int] = {}
        for each in lines:
            name = key(each.name)
            if each.wrong:  # which is told; what it was cut from is no name
                continue
            if self._is_name(each.name, "rarities", each.number) and name in first:
                given = {"found": values.cut(each.name), "other": first[name]}
                self._refuse("rarity_twice", "rarities", each.number, **given)
            first.setdefault(name, each.number)

    def _rates(self, lines: Sequence[_Line]) -> tuple[dict[int, Fraction], bool]:
        """The rates by line, and whether bare numbers were read as percent."""
        for each in lines:
            if each.wrong:
                found = values.cut(each.wrong)
                self._refuse("not_rate", "rarities", each.number, found=found)
        rests = [each.number for each in lines if each.rate is None and not each.wrong]
        if len(rests) > 1 and not self._is_of_copies:
            self._refuse("rest_twice", "rarities", rests[1])
        given = [(each.number, each.rate) for each in lines if each.rate is not None]
        parts, is_percent = values.resolved([rate for _, rate in given])
        for (line, _), part in zip(given, parts, strict=True):
            text = values.rate_text(part)
            if part > 1:
                self._refuse("rate_above_one", "rarities", line, found=values.cut(text))
            elif len(text) > values.MOST_RATE_TEXT:
                self._refuse("rate_too_fine", "rarities", line, found=values.cut(text))
        return dict(zip((line for line, _ in given), parts, strict=True)), is_percent

    def _matched(self, names: Sequence[str]) -> list[DraftRarity]:
        """The rarities of these names: those that there are, else in the same place of as many one
        that is renamed, else new ones."""
        known = [self.draft.rarity(name) for name in names]
        taken = {each.id for each in known if each is not None}
        is_as_long = len(names) == len(self.draft.rarities)
        number = self.draft.next_rarity
        made = []
        for at, (name, rarity) in enumerate(zip(names, known, strict=True)):
            if rarity is None and is_as_long and self.draft.rarities[at].id not in taken:
                old = self.draft.rarities[at]
                rarity = replace(old, name={self._edit.language: name})
                self.notes.append(
                    Note("rarity_renamed", {"before": old.shown, "after": rarity.shown})
                )
            elif rarity is None:
                rarity = DraftRarity(f"r{number}", {self._edit.language: name})
                number += 1
            made.append(rarity)
        return made

    # --- rules ---

    def _kind(self, text: str) -> None:
        if text in KINDS:
            rule = self.draft.rule.of_kind(text, self.draft.price_ten)
            self.draft = replace(self.draft, rule=rule)
        elif text:
            self._refuse("kind_unknown", "kind", found=values.cut(text))

    def _prices(self, text: str) -> None:
        count, prices = (2, [PRICE_ONE, PRICE_TEN]) if not text else self._amounts("prices", text)
        kind = self.draft.rule.kind
        least = 1 if kind in (*OF_SINGLES, MULTI, STEP_UP) else 2
        if len(prices) < count <= 2:
            return  # what is wrong with one of them is told
        if not least <= count <= 2:
            self._refuse("price_form", "prices", found=values.cut(text))
        elif kind == MULTI and count == 1:  # that of the multi-pull, sold alone
            self.draft = replace(self.draft, price_ten=prices[0])
            self._set_rule(is_alone=True)
        else:
            self._set_rule(is_alone=False)
            before = self.draft.price_ten
            one, ten = (*prices, before)[:2]
            self.draft = replace(self.draft, price_one=one, price_ten=ten)
            if text and count == 2:
                self._note_second(before)

    def _note_second(self, before: int) -> None:
        """A second price where the kind sells single cards alone, or ten by steps; these begin with
        what it proposes. `before`: that of ten as it was."""
        rule, ten = self.draft.rule, self.draft.price_ten
        if rule.kind in OF_SINGLES:
            self.notes.append(Note("price_of_several_unused", {"price": ten}))
        elif rule.kind == STEP_UP and rule.steps == proposed_steps(before):
            self._set_rule(steps=proposed_steps(ten))
        elif rule.kind == STEP_UP:
            self.notes.append(Note("price_of_ten_unused", {"price": ten}))

    def _steps(self, text: str) -> None:
        if not text:
            rule = replace(self.draft.rule, steps=()).of_kind(STEP_UP, self.draft.price_ten)
            self._set_rule(steps=rule.steps)
            return
        count, prices = self._amounts("steps", text)
        if len(prices) < count <= banner.MAX_STEPS:
            return  # what is wrong with one of them is told
        if not 2 <= count <= banner.MAX_STEPS:
            self._refuse("out_of_range", "steps", found=count, least=2, most=banner.MAX_STEPS)
        else:
            self._set_rule(steps=tuple(prices))

    def _turns(self, text: str) -> None:
        """Prices of a day's pulls in turn; nothing, or "none", where all cost the same."""
        if not text or (values.yes_or_no(text) is False and text != "0"):
            self._set_rule(turns=())
            return
        count, prices = self._amounts("turns", text)
        if count > banner.MAX_PER_DAY:
            given = {"found": count, "least": 1, "most": banner.MAX_PER_DAY}
            self._refuse("out_of_range", "turns", **given)
        elif len(prices) == count:
            self._set_rule(turns=tuple(prices))

    def _counted(self, field: str, text: str, least: int, most: int) -> None:
        """A whole number of the rule; as at first where nothing is typed."""
        if not text:
            rule = replace(self.draft.rule, **{field: getattr(Rule(), field)})
            self.draft = replace(self.draft, rule=rule.of_kind(rule.kind, self.draft.price_ten))
            return
        number = values.whole(text)
        if number is None:
            self._refuse("not_whole", field, found=values.cut(text))
        elif not least <= number <= most:
            found = values.cut(text)
            self._refuse("out_of_range", field, found=found, least=least, most=most)
        else:
            self._set_rule(**{field: number})

    def _amounts(self, field: str, text: str) -> tuple[int, list[int]]:
        """Amounts of the currency, in a row: "160 / 1,600", one to a line. How many there are, and
        those that can be."""
        text = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", values.plain(text))
        text = re.sub(rf"(?<=[0-9])\s*(?:{values.UNITS})", "", text)
        amounts = []
        words = re.split(r"\s*[,、/\s→]\s*", text.strip(" ,、/→"))
        for word in words:
            amount = values.whole(word)
            if amount is None:
                self._refuse("not_whole", field, found=values.cut(word))
            elif not 0 <= amount <= banner.MAX_PRICE:
                found, most = values.cut(word), banner.MAX_PRICE
                self._refuse("out_of_range", field, found=found, least=0, most=most)
            else:
                amounts.append(amount)
        return len(words), amounts

    def _number(self, field: str, text: str, least: int, most: int) -> None:
        """A whole number of the rule; nothing, or "none", where the rule may be without."""
        number = None if values.yes_or_no(text) is False and text != "0" else values.whole(text)
        if values.yes_or_no(text) is False and least > 0:
            self._set_rule(**{field: None})
        elif number is None:
            self._refuse("not_whole", field, found=values.cut(text))
        elif not least <= number <= most:
            found = values.cut(text)
            self._refuse("out_of_range", field, found=found, least=least, most=most)
        else:
            self._set_rule(**{field: number})

    def _share(self, text: str) -> None:
        rate = values.rate(text or "50%")
        if rate is None:
            self._refuse("not_rate", "share", found=values.cut(text))
            return
        share = rate.part / 100 if rate.is_bare and rate.part > 1 else rate.part
        if share > 1:
            self._refuse("rate_above_one", "share", found=values.cut(text))
        elif not share:
            self._refuse("rate_zero", "share")
        elif len(values.rate_text(share)) > values.MOST_RATE_TEXT:
            self._refuse("rate_too_fine", "share", found=values.cut(text))
        else:
            self._set_rule(share=share)

    def _rarity_of_rule(self, field: str, text: str) -> None:
        is_none = values.yes_or_no(text) is False and self.draft.rarity(text) is None
        rarity = None if is_none else self.draft.rarity(text)
        if rarity is None and not is_none:
            known = [each.shown for each in self.draft.rarities]
            self._refuse(RARITY_UNKNOWN, field, found=values.cut(text), known=known)
        else:
            self._set_rule(**{field: "" if rarity is None else rarity.id})

    def _repeat(self, text: str) -> None:
        if text not in ("", AGAIN, LAST):
            self._refuse("kind_unknown", "repeat", found=values.cut(text))
        self._set_rule(repeats_last=text == LAST)

    def _refill(self, text: str) -> None:
        if text not in ("", ALL_CARDS, TOP_RARITY):
            self._refuse("kind_unknown", "refill", found=values.cut(text))
        self._set_rule(refill=text or ALL_CARDS)

    # --- the period ---

    def _period(self, text: str) -> None:
        try:
            found = times.period(text, self._edit.now_ms, self._edit.zone)
        except times.PeriodError as error:
            self.problems.append(Problem(error.problem, Place(FORM, "period"), error.values))
            return
        self.draft = replace(self.draft, starts_ms=found.starts_ms, ends_ms=found.ends_ms)
        self.notes += found.notes


def rule_fields(draft: Draft) -> dict[str, str]:
    """The numbers of a draft's rule as the fields of its form show them."""
    rule = draft.rule
    names = {each.id: each.shown for each in draft.rarities}
    shown = {
        "of": names.get(rule.of, ""),
        "ceiling": "" if rule.ceiling is None else str(rule.ceiling),
        "share": values.percent(rule.share),
        "guarantee": str(rule.guarantee),
        "exchange": "" if rule.exchange is None else str(rule.exchange),
        "least": names.get(rule.least, ""),
        "steps": " / ".join(map(str, rule.steps)),
        "repeat": LAST if rule.repeats_last else AGAIN,
        "refill": rule.refill,
        "size": str(rule.size),
        "total": "" if rule.total is None else str(rule.total),
        "per_day": "" if rule.per_day is None else str(rule.per_day),
        "turns": " / ".join(map(str, rule.turns)),
        "every": str(rule.every),
        "boxes": str(rule.boxes),
        "age": str(rule.age),
    }
    return {field: shown[field] for field in RULE_FIELDS.get(rule.kind, ())}


def begins(draft: Draft, zone: tzinfo) -> dict[str, Any]:
    """What the forms of a draft begin with: its `name` by language, the names of its `rarities`,
    the `kind` of its rule, `fields`, those of all forms as they hold now, the banner's own
    `picture`, empty without one, and `shop`, "none" where it sells no cards of it."""
    fields = {
        "rarities": "\n".join(_rarity_as_typed(each, draft.rule.kind) for each in draft.rarities),
        "kind": draft.rule.kind,
        "prices": prices_as_typed(draft),
        "period": times.shown(draft.starts_ms, draft.ends_ms, zone),
        "shards": "\n".join(_amounts_as_typed(draft)),
        "description": draft.description,
        "looks": "\n".join(filter(None, map(_look_as_typed, draft.rarities))),
        **rule_fields(draft),
    }
    return {
        "name": dict(draft.name),
        "rarities": [each.shown for each in draft.rarities],
        "kind": draft.rule.kind,
        "fields": fields,
        "picture": draft.picture,
        **({"shop": "none"} if draft.is_shared else {}),
    }


def prices_as_typed(draft: Draft) -> str:
    """Of one and of several, or of what the kind sells alone."""
    one = [draft.price_one] if draft.rule.sells_singles else []
    several = [] if draft.rule.kind in (*OF_SINGLES, STEP_UP) else [draft.price_ten]
    return " / ".join(map(str, [*one, *several]))


def understood(draft: Draft) -> dict[str, Any]:
    """What a draft comes to so far, for who typed it: `rarities` with their exact rates ("3/100",
    or empty where there is none, as in a box, where the copies decide), what the rates add up to as
    `sum`, what the lowest would have with the `rest` of it, empty where there is none; kind,
    `shards` as they are typed, numbers, prices, those of a day's pulls `in_turn`, and period; and
    how many `questions` are open, if any are."""
    rates = [each.rate for each in draft.rarities]
    total = sum((rate for rate in rates if rate is not None), Fraction(0))
    if draft.rule.kind in OF_COPIES:
        rates = [None] * len(rates)
    elif rates.count(None) == 1 and total <= 1:
        rates = [1 - total if rate is None else rate for rate in rates]
        total = Fraction(1)
    return {
        "rarities": [
            {"name": dict(each.name), "rate": "" if rate is None else str(rate)}
            for each, rate in zip(draft.rarities, rates, strict=True)
        ],
        "sum": str(total),
        "rest": _rest(draft, total),
        "kind": draft.rule.kind,
        "shards": _amounts_as_typed(draft),
        "fields": rule_fields(draft),
        "prices": [draft.price_one, draft.price_ten],
        **({} if draft.rule.sells_singles else {"alone": True}),
        **({"in_turn": _in_turn(draft)} if draft.rule.kind == DAILY else {}),
        "starts_ms": draft.starts_ms,
        "ends_ms": draft.ends_ms,
        **({"questions": len(draft.questions)} if draft.questions else {}),
    }


def _in_turn(draft: Draft) -> list[int]:
    """What the pulls of a day cost, as far as a day has them."""
    return [*draft.rule.turns, draft.price_one][: draft.rule.per_day]


def _rest(draft: Draft, total: Fraction) -> str:
    if draft.rule.kind in (*OF_COPIES, OF_FILE) or total >= 1 or not draft.rarities:
        return ""
    lowest = draft.rarities[-1].rate
    is_rated = any(card.rate for card in draft.cards)
    return "" if lowest is None or is_rated else str(lowest + 1 - total)


def rarity_line(name: str) -> str:
    """A rarity without a rate, as a line that is read back as this one."""
    read = _rarity_line(0, name)
    return name if (read.name, read.rate, read.wrong) == (name, None, "") else f"{name} 残り"


def _amounts_as_typed(draft: Draft) -> list[str]:
    """A line for each rarity of which something is settled."""
    return [
        " ".join([each.shown, str(each.shards), *([] if price is None else [str(price)])])
        for each in draft.rarities
        for price in [None if draft.is_shared else each.price]
        if each.shards is not None
    ]


def _look_as_typed(rarity: DraftRarity) -> str:
    """Nothing where it has none of its own."""
    colour = "" if rarity.colour is None else f"#{rarity.colour:06X}"
    said = [each for each in (rarity.emoji, colour) if each]
    return " ".join([rarity.shown, *said]) if said else ""


def _rarity_as_typed(rarity: DraftRarity, kind: str) -> str:
    if kind in OF_COPIES:
        return rarity_line(rarity.shown)
    return rarity.shown if rarity.rate is None else f"{rarity.shown} {values.percent(rarity.rate)}"


def _ids(rarities: Sequence[DraftRarity]) -> list[str]:
    return [each.id for each in rarities]


def _lines(text: str) -> list[tuple[int, str]]:
    """The lines that hold anything, by their numbers from 1."""
    return [(at, line.strip()) for at, line in enumerate(text.splitlines(), 1) if line.strip()]


_DIGITS: Final = "[0-9０-９.．]+"
_WITH_SIGN: Final = rf"{_DIGITS}\s*(?:[%％]|パーセント|percent)"
_APART: Final = (
    rf"{_DIGITS}(?:\s*[/／]\s*[0-9０-９]+)?"
    "|残り全部|残り|のこり|それ以外|the rest|rest|remaining|other"
)
_BETWEEN: Final = r"(?:[\s:：,，、=＝]|(?<=\s)[-–—―](?=\s))"  # SSR – 3%
_LINE: Final = re.compile(
    rf"(?P<name>.+?)(?:{_BETWEEN}*(?P<signed>{_WITH_SIGN})|{_BETWEEN}+(?P<apart>{_APART}))",
    re.IGNORECASE,
)
_SIGNS: Final = r"+−±~〜～－\-"
_NUMBERS: Final = r"0-9０-９.．,，/／%％‰"
_TAIL: Final = re.compile(
    rf"(?:^|(?<=[\s:：、=＝]))[{_SIGNS}]?[.．]?[0-9０-９][{_NUMBERS}{_SIGNS}]*"
    r"(?:\s*(?:[%％]|パーセント|percent))*$",
    re.IGNORECASE,
)
"""The end of a line that is meant as a number, whether it is one or not: -5%, 1,5%, 3%%."""
_CUT: Final = re.compile(rf"[0-9０-９]*[{_SIGNS}.．/／]$")
"""What a name does not end with where its rate follows at once: "R-" of R-5%."""
_OTHERS: Final = re.compile(r"[%％‰]")
_SEVERAL: Final = re.compile(r"[0-9０-９]\s*[%％][\s,，、/／;；]")
"""Two of them in a line: `SSR 3%, SR 12%`."""


def _rarity_line(
    number: int, line: str, is_known: Callable[[str], bool] = lambda _name: False
) -> _Line:
    """`SSR 3%`, `SSR：3`, `★5 1/33`, `N 残り`: a bare number stands apart from the name. A name
    alone takes the rest. What is meant as a rate and is none (`R -5%`, `SSR 1,5%`, `3% SSR`) is no
    part of a name, unless a rarity is called so (`is_known`)."""
    read = _as_rarity(number, line)
    if is_known(read.name) or read.wrong:
        return read
    tail = match[0] if (match := _TAIL.search(line)) else ""
    if tail and tail != line and values.rate(tail) is None:
        return _Line(number, line.removesuffix(tail).strip(), None, wrong=tail)
    if tail and tail == line and line[0] in "-+−±~〜～－":
        return _Line(number, "", None, wrong=line)
    if read.rate is None:
        is_meant = _OTHERS.search(line) and read.name == line
        return _Line(number, line, None, wrong=line) if is_meant else read
    if _SEVERAL.search(read.name):
        return _Line(number, line, None, wrong=line)
    if line.startswith(read.name) and (cut := _CUT.search(read.name)):
        rest = line.removeprefix(read.name)
        if not rest[0].isspace():
            return _Line(number, read.name[: cut.start()], None, wrong=f"{cut[0]}{rest}")
    return read


def _as_rarity(number: int, line: str) -> _Line:
    if values.rate(line) is not None and not line.isdecimal():
        return _Line(number, "", None)  # a rate without a name
    match = _LINE.fullmatch(line) if len(line) <= 2 * MOST_NAME else None
    if match is None:
        return _Line(number, line, None)
    name, text = match["name"].strip(), match["signed"] or match["apart"]
    if values.is_rest(text):
        return _Line(number, name, None)
    rate = values.rate(text)
    return _Line(number, name, rate, wrong="" if rate else text)
