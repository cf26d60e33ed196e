"""A second reading of text as Discord shows it: rules of its Markdown, in the order of its trying.

Written from Discord's help pages ("Markdown Text 101") and API reference ("Message Formatting"),
not from `commands.sentences`: it tells what `literal` has to keep from happening.
"""

from __future__ import annotations

import re
from typing import Final

_BLOCKS: Final = [
    ("heading", re.compile(r"#{1,3} +\S")),
    ("small", re.compile(r"-# +\S")),
    ("quote", re.compile(r">(>>)? ")),
    ("list", re.compile(r" *([-*]|\d+\.) +\S")),
]
"""What begins a line."""

_INLINE: Final = [
    ("code block", re.compile(r"```.+?```", re.DOTALL)),
    ("code", re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)),
    ("link", re.compile(r"\[[^\]]+\]\([^)\s]+[^)]*\)")),
    ("bare link", re.compile(r"(https?|discord|steam)://\S+")),
    ("link in brackets", re.compile(r"<((https?|discord|steam)://|mailto:|tel:)[^>\s]+>")),
    ("user", re.compile(r"<@!?\d+>")),
    ("role", re.compile(r"<@&\d+>")),
    ("channel", re.compile(r"<#\d+>")),
    ("command", re.compile(r"</[^:>]+:\d+>")),
    ("navigation", re.compile(r"<(\d+|id):(browse|customize|guide|linked-roles)[^>]*>")),
    ("time", re.compile(r"<t:-?\d+(:[tTdDfFRsS])?>")),
    ("own emoji", re.compile(r"<a?:\w{2,}:\d+>")),
    ("everybody", re.compile(r"@(everyone|here)")),
    ("emoji", re.compile(r":[^\s:]+(::skin-tone-\d)?:")),
]

_INSIDE: Final = r"((?:\\.|[^\\])+?)"  # what is escaped closes nothing
_AROUND: Final = [
    ("strong", re.compile(rf"\*\*{_INSIDE}\*\*(?!\*)", re.DOTALL)),
    ("underline", re.compile(rf"__{_INSIDE}__(?!_)", re.DOTALL)),
    ("emphasis", re.compile(rf"\*(?![\s*]){_INSIDE}(?<!\s)\*(?!\*)", re.DOTALL)),
    ("emphasis", re.compile(rf"_(?!_){_INSIDE}_(?!\w)", re.DOTALL)),
    ("struck", re.compile(rf"~~{_INSIDE}~~", re.DOTALL)),
    ("spoiler", re.compile(rf"\|\|{_INSIDE}\|\|", re.DOTALL)),
]
"""What holds text that is read in its turn."""

_ESCAPED: Final = re.compile(r"\\([^0-9A-Za-z\s])")


def read(text: str) -> tuple[str, list[str]]:
    """The signs that a reader sees, and the kinds of Markdown that were found on the way, of which
    only the signs inside are kept."""
    shown: list[str] = []
    found: list[str] = []
    at = 0
    while at < len(text):
        if at == 0 or text[at - 1] == "\n":
            block = next((kind for kind, form in _BLOCKS if form.match(text, at)), None)
            if block is not None:
                found.append(block)
        if escaped := _ESCAPED.match(text, at):
            shown.append(escaped[1])
            at = escaped.end()
            continue
        around = ((kind, form.match(text, at)) for kind, form in _AROUND)
        inline = ((kind, form.match(text, at)) for kind, form in _INLINE)
        for kind, match in (*inline, *around):
            if match is None:
                continue
            found.append(kind)
            if kind.startswith("code"):
                shown.append(match[0].strip("`"))
            elif kind in dict(_AROUND):
                inner, within = read(match[1])
                shown.append(inner)
                found += within
            at = match.end()
            break
        else:
            shown.append(text[at])
            at += 1
    return "".join(shown), found
