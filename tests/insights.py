"""Logs Insights' queries as far as tests need them: which fields of the log they read, and with
which values they compare them. What is not understood is an error, so a typo does not pass."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

COMMANDS: Final = {"fields", "filter", "stats", "sort", "limit"}
FUNCTIONS: Final = {
    "count",
    "count_distinct",
    "sum",
    "max",
    "min",
    "pct",
    "latest",
    "bin",
    "ispresent",
}
WORDS: Final = {"as", "by", "and", "or", "not", "in", "like", "asc", "desc"}

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"[^"]*")|(?P<pattern>/(?:[^/\\]|\\.)+/)|(?P<name>[@A-Za-z_][\w.]*)"""
    r"""|(?P<number>\d+[smhd]?)|(?P<sign>!=|>=|<=|[=<>()\[\],*/+-]))"""
)


class Query(NamedTuple):
    """What a query reads."""

    groups: list[str]
    """The log groups after SOURCE."""
    fields: set[str]
    """Fields of the log's lines; those that CloudWatch adds (@…) and the query's own left out."""
    compared: set[tuple[str, str]]
    """Fields and the texts that they are compared with."""


def parse(query: str) -> Query:
    """Raises ValueError for what these tests' grammar does not have."""
    groups: list[str] = []
    fields: set[str] = set()
    compared: set[tuple[str, str]] = set()
    made: set[str] = set()  # names that the query itself gave
    stats = 0
    for part in (part.strip() for part in query.split("|")):
        if source := re.fullmatch(r"SOURCE '([^']+)'", part):
            groups.append(source[1])
            continue
        command, *tokens = _tokens(part)
        if command[1] not in COMMANDS:
            raise ValueError(f"no such command: {part}")
        stats += command[1] == "stats"
        read, new = _names(tokens)
        fields |= read - made
        made |= new
        if command[1] == "stats":
            made = set(new) | _grouped(tokens)  # nothing else is left after it
        compared |= _compared(tokens)
    if stats > 2:
        raise ValueError("Logs Insights takes two stats at most")
    return Query(groups, {name for name in fields if not name.startswith("@")}, compared)


def _tokens(part: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(part):
        match = _TOKEN.match(part, at)
        if match is None:
            raise ValueError(f"not understood: {part[at:]}")
        kind = match.lastgroup
        assert kind is not None
        found.append((kind, match[kind]))
        at = match.end()
    return found


def _names(tokens: list[tuple[str, str]]) -> tuple[set[str], set[str]]:
    """The names that are read, and those that are given with `as`."""
    read, given = set(), set()
    for before, (kind, text), after in zip(
        [("", ""), *tokens], tokens, [*tokens[1:], ("", "")], strict=False
    ):
        if kind != "name" or text in WORDS:
            continue
        if after == ("sign", "("):
            if text not in FUNCTIONS:
                raise ValueError(f"no such function: {text}")
        elif before == ("name", "as"):
            given.add(text)
        else:
            read.add(text)
    return read, given


def _grouped(tokens: list[tuple[str, str]]) -> set[str]:
    """The names after a stats' `by`."""
    if ("name", "by") not in tokens:
        return set()
    return _names(tokens[tokens.index(("name", "by")) + 1 :])[0]


def _compared(tokens: list[tuple[str, str]]) -> set[tuple[str, str]]:
    pairs: set[tuple[str, str]] = set()
    field: Any = None
    for kind, text in tokens:
        if kind == "name" and text not in WORDS:
            field = text
        elif kind == "text":
            pairs.add((field, text.strip('"')))
    return pairs
