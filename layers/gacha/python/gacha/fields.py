"""Reads checked fields out of a banner file's tables; every refusal names file, field and value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Final

from gacha.errors import BannerError, Words, listed
from gacha.names import is_name

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RATE: Final = re.compile(r"[0-9]+(\.[0-9]+)?|[0-9]+/0*[1-9][0-9]*")
_LANGUAGES: Final = ("ja", "en")
TOP: Final = "the top of the file, above the first [table]"
_TOP_JA: Final = "ファイルの先頭（最初の [表] より前）"
HOMES: Final[Mapping[str, tuple[str, ...]]] = {
    TOP: (
        *("id", "kind", "name", "carry_over", "starts", "ends", "raise_from", "price"),
        *("rarity", "card", "promise", "ten", "multi", "limit", "ticket", "exchange", "box"),
        "shared",
    ),
    "price": ("one", "ten"),
    "[[rarity]]": (
        *("id", "name", "rate", "ramp", "table", "ceiling", "reset_by", "featured"),
        "no_repeats",
    ),
    "ramp": ("from", "step"),
    "featured": ("share", "guarantee"),
    "[[card]]": ("id", "name", "number", "rarity", "weight", "featured", "stock"),
    "[[promise]]": ("id", "of", "within", "once", "fixed", "counts", "at"),
    "[ten]": ("minimum", "slot", "repeat"),
    "[[ten.minimum]]": ("of", "count", "steps"),
    "[[ten.slot]]": ("number", "rates", "steps"),
    "[[multi]]": ("size", "price", "repeat", "frozen", "minimum", "slot", "whole"),
    "[[multi.minimum]]": ("of", "count", "steps"),
    "[[multi.slot]]": ("number", "rates", "steps"),
    "[[multi.whole]]": ("chance", "rates"),
    "[limit]": ("total", "per_day", "prices"),
    "[ticket]": ("counts",),
    "[exchange]": ("price", "of", "offer"),
    "[[exchange.offer]]": ("of", "price", "limit"),
    "[box]": ("refill_after", "reset_after"),
    "[shared]": ("boxes", "last", "account_days", "member_days"),
    "name": ("ja", "en"),
}
"""The fields of each table of the format, for hints: in TOML, what stands below a [table] is part
of it, and so a field of the top that was added last ends up in another table."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Fields:
    """One table of the file: hands out checked fields, then refuses what nobody asked for."""

    def __init__(self, source: str, path: str, table: object) -> None:
        self.source = source
        self.path = path
        if not isinstance(table, dict):
            raise BannerError(
                source, path, table, Words("表（テーブル）にしてください。", "a table")
            )
        self._table: dict[str, object] = table
        self._known: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._table

    def error(self, key: str, value: object, allowed: Words) -> BannerError:
        hint = self._hint_of_missing(key) if value is None else None
        allowed = allowed if hint is None else allowed + hint
        return BannerError(self.source, self._at(key), value, allowed)

    def end(self) -> None:
        """Refuse what nobody asked for; a field of another table is told where it belongs."""
        for key in self._table:
            if key not in self._known:
                known = sorted(self._known)
                allowed = Words(
                    f"ここに書けるのは {'・'.join(known)} だけです。",
                    f"only the fields {listed(known)}",
                )
                homes = [home for home, fields in HOMES.items() if key in fields]
                if homes and self._kind not in homes:
                    places = "・".join(_TOP_JA if home == TOP else home for home in homes)
                    allowed += Words(
                        f"{key} を書く場所は{places} です。",
                        f"; {key} belongs to {' or '.join(homes)}",
                    )
                raise self.error(key, self._table[key], allowed)

    @property
    def _kind(self) -> str:
        """Which of HOMES this table is one of."""
        if not self.path:
            return TOP
        *_, last = self.path.split(".")
        if last in ("ramp", "featured", "name", "price", "rates"):
            return last
        return f"[[{_kind(self.path)}]]" if last.endswith("]") else f"[{_kind(self.path)}]"

    def _hint_of_missing(self, key: str) -> Words | None:
        """Where a field of the top stands instead: what follows a [table] is part of it."""
        if self.path or key not in HOMES[TOP]:
            return None
        for name, value in self._table.items():
            table = value[-1] if isinstance(value, list) and value else value
            if not isinstance(table, dict) or key not in table:
                continue
            home = HOMES.get(f"[[{name}]]" if isinstance(value, list) else f"[{name}]", ())
            if key not in home or (key == "price" and isinstance(table[key], dict)):
                return Words(
                    f"{key} を書く場所は{_TOP_JA}ですが、[{name}] の下に書かれています。",
                    f"; {key} belongs to {TOP}, and the file has one below [{name}]",
                )
        return None

    def raw(self, key: str) -> object:
        self._known.add(key)
        return self._table.get(key)

    def slug(self, key: str) -> str:
        value = self.raw(key)
        if not (isinstance(value, str) and len(value) <= 40 and _SLUG.fullmatch(value)):
            raise self.error(
                key,
                value,
                Words(
                    "a〜z、0〜9 と、その間に 1 つずつのハイフンで、1〜40 文字にしてください。",
                    "1 to 40 of a-z, 0-9 and single hyphens between them",
                ),
            )
        return value

    def optional_slug(self, key: str) -> str | None:
        return self.slug(key) if self.raw(key) is not None else None

    def slugs(self, key: str, most: int) -> list[str]:
        return self.strings(key, 0, most) if self.raw(key) is not None else []

    def strings(self, key: str, least: int, most: int) -> list[str]:
        value = self.raw(key)
        if not (isinstance(value, list) and least <= len(value) <= most):
            raise self.error(
                key,
                value,
                Words(
                    f"文字列 {least}〜{most} 個のリストにしてください。",
                    f"a list of {least} to {most} strings",
                ),
            )
        for item in value:
            if not isinstance(item, str):
                raise self.error(
                    key, item, Words('文字列（" で囲んだもの）だけにしてください。', "strings only")
                )
        return value

    def names(self, key: str) -> Mapping[str, str]:
        table = self.table(key)
        names = {}
        for language in _LANGUAGES:
            value = table.raw(language)
            if not (isinstance(value, str) and 1 <= len(value) <= 80 and is_name(value)):
                raise table.error(
                    language,
                    value,
                    Words(
                        "見える文字を入れて、1 行、1〜80 文字にしてください。",
                        "1 to 80 characters on one line, not only invisible ones",
                    ),
                )
            names[language] = value
        table.end()
        return names

    def flag(self, key: str, is_required: bool = False) -> bool:
        value = self.raw(key)
        if not isinstance(value, bool) and (is_required or value is not None):
            raise self.error(key, value, Words("true か false にしてください。", "true or false"))
        return bool(value)

    def choice(self, key: str, default: str, *others: str) -> str:
        value = self.raw(key)
        if value is None:
            return default
        if value not in (default, *others):
            raise self.error(
                key,
                value,
                Words(
                    f"{'・'.join([default, *others])} のどれかにしてください。",
                    f"one of {listed([default, *others])}",
                ),
            )
        return str(value)

    def integer(self, key: str, least: int, most: int, default: int | None = None) -> int:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if type(value) is not int or not least <= value <= most:  # a bool is no int here
            raise self.error(key, value, _integer(least, most))
        return value

    def integers(
        self, key: str, fewest: int, longest: int, least: int, most: int
    ) -> tuple[int, ...]:
        value = self.raw(key)
        if not (isinstance(value, list) and fewest <= len(value) <= longest):
            raise self.error(
                key,
                value,
                Words(
                    f"整数 {fewest}〜{longest} 個のリストにしてください。",
                    f"a list of {fewest} to {longest} integers",
                ),
            )
        for item in value:
            if type(item) is not int or not least <= item <= most:
                raise self.error(
                    key,
                    item,
                    Words(
                        f"{least}〜{most} の整数だけにしてください。",
                        f"integers from {least} to {most}",
                    ),
                )
        return tuple(value)

    def optional_integer(self, key: str, least: int, most: int) -> int | None:
        return self.integer(key, least, most) if self.raw(key) is not None else None

    def rate(self, key: str, default: Fraction | None = None) -> Fraction:
        value = self.raw(key)
        if value is None and default is not None:
            return default
        return self._fraction(key, value)

    def rates(self, key: str, fewest: int, longest: int) -> tuple[Fraction, ...]:
        """One rate, or a list of `fewest` to `longest`."""
        value = self.raw(key)
        if not isinstance(value, list):
            return (self.rate(key),)
        if not fewest <= len(value) <= longest:
            raise self.error(
                key,
                value,
                Words(
                    f"確率 1 つか、確率 {fewest}〜{longest} 個のリストにしてください。",
                    f"a rate, or a list of {fewest} to {longest} rates",
                ),
            )
        return tuple(self._fraction(key, item) for item in value)

    def pairs(self, key: str, most: int) -> Iterator[tuple[int, Fraction]]:
        """Pairs [pull, rate], pulls rising from 2 to `most`."""
        value = self.raw(key)
        if not (isinstance(value, list) and 1 <= len(value) <= most):
            raise self.error(
                key,
                value,
                Words(
                    f"[回数, 確率] の組 1〜{most} 個のリストにしてください。",
                    f"a list of 1 to {most} pairs [pull, rate]",
                ),
            )
        before = 1
        for item in value:
            if not (isinstance(item, list) and len(item) == 2):
                raise self.error(
                    key, item, Words("[回数, 確率] の組にしてください。", "a pair [pull, rate]")
                )
            pull, rate = item
            if type(pull) is not int or not before < pull <= most:
                raise self.error(key, pull, _integer(before + 1, most))
            yield pull, self._fraction(key, rate)
            before = pull

    def time(self, key: str) -> int | None:
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.error(
                key,
                value,
                Words(
                    "時差を付けた日時にしてください（例：2026-04-01T12:00:00+09:00）。",
                    "a date and time with offset: 2026-04-01T12:00:00+09:00",
                ),
            )
        return (value - _EPOCH) // timedelta(milliseconds=1)

    def table(self, key: str) -> Fields:
        if self.raw(key) is None:
            raise self.error(key, None, Words("表（テーブル）を書いてください。", "a table"))
        return type(self)(self.source, self._at(key), self.raw(key))

    def optional_table(self, key: str) -> Fields | None:
        return self.table(key) if self.raw(key) is not None else None

    def tables(self, key: str, least: int, most: int) -> list[Fields]:
        value = self.raw(key)
        entries = [] if value is None else value
        if not (isinstance(entries, list) and least <= len(entries) <= most):
            raise self.error(
                key,
                value,
                Words(
                    f"[[{_kind(self._at(key))}]] の表を {least}〜{most} 個にしてください。",
                    f"{least} to {most} tables [[{_kind(self._at(key))}]]",
                ),
            )
        path = self._at(key)
        of = type(self)
        return [of(self.source, f"{path}[{i + 1}]", item) for i, item in enumerate(entries)]

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _fraction(self, key: str, value: object) -> Fraction:
        if isinstance(value, str) and len(value) <= 24 and _RATE.fullmatch(value):
            rate = Fraction(value)
            if rate <= 1:
                return rate
        allowed = Words(
            '"0"〜"1" の文字列にしてください（例："0.006"、"3/5"）。',
            'a string from "0" to "1", such as "0.006" or "3/5"',
        )
        raise self.error(key, value, allowed)


def _integer(least: int, most: int) -> Words:
    return Words(f"{least}〜{most} の整数にしてください。", f"an integer from {least} to {most}")


def _kind(path: str) -> str:
    """What tables are called in the file, of which a path names one."""
    return re.sub(r"\[[0-9]+\]", "", path)
