"""The named queries as Athena gets them: the text of a file of analytics/queries, with the
relations that it reads before it.

There are no views, since a view's definition in the catalogue is no SQL that a test could read:
each query brings its relations along (docs/decisions/0052-analytics.md). `{salt}` and `{zone}` are
filled in, the first by CloudFormation, which alone knows it.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Final

from scripts import ROOT

FOLDER: Final = ROOT / "analytics"
ZONE: Final = "Asia/Tokyo"
"""In which days are counted."""

SALT: Final = "${Salt}"
"""What stands for the salt in a text that Fn::Sub reads."""

MOST: Final = 262_144
"""Characters that a named query's text may have (CreateNamedQuery of Athena's API reference)."""

ELSEWHERE: Final = frozenset({"rules"})
"""Relations of a machine that has the banners' files. What reads them is not asked here."""

_PLACE: Final = re.compile(r'"analytics/queries/(\w+)\.sql"')
_COMMENT: Final = re.compile(r"(?m)^\s*--.*\n")


@cache
def relations() -> dict[str, str]:
    """Name → its SELECT, over the raw tables or over another of them."""
    files = sorted((FOLDER / "staging/athena").glob("*.sql"))
    return {each.stem: _COMMENT.sub("", each.read_text("utf-8")).strip() for each in files}


def queries() -> list[str]:
    """The names of those that can be asked here."""
    files = sorted((FOLDER / "queries").glob("*.sql"))
    apart = re.compile(rf"\b(FROM|JOIN) ({'|'.join(ELSEWHERE)})\b")
    return [each.stem for each in files if not apart.search(each.read_text("utf-8"))]


def text(query: str, salt: str = SALT, zone: str = ZONE) -> str:
    """The whole query of that name. Raises FileNotFoundError."""
    asked = _COMMENT.sub("", (FOLDER / f"queries/{query}.sql").read_text("utf-8")).strip()
    return whole(asked, salt, zone)


def whole(asked: str, salt: str = SALT, zone: str = ZONE) -> str:
    """A query with the relations that it reads before it."""
    before = ",\n".join(f"{name} AS (\n{relations()[name]}\n)" for name in _read(asked))
    own = asked.startswith("WITH ")
    made = f"WITH {before}{',' if own else ''}\n{asked.removeprefix('WITH ') if own else asked}\n"
    return made.replace("{salt}", salt).replace("{zone}", zone)


def _read(sql: str) -> list[str]:
    """The relations that a text reads, each behind those that it reads itself."""
    found = list[str]()
    for name, of in relations().items():
        if re.search(rf"\b(FROM|JOIN) {name}\b", sql):
            found += [*_read(of), name]
    return list(dict.fromkeys(found))


def put_in(template: str) -> str:
    """`template` with the text of each query in place of its file's name."""
    return _PLACE.sub(lambda found: json.dumps(text(found[1]), ensure_ascii=False), template)
