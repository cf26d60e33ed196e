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
    """Name → its SELECT, in an order in which each reads the raw tables alone."""
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
    read = [name for name in relations() if re.search(rf"\b(FROM|JOIN) {name}\b", asked)]
    before = ",\n".join(f"{name} AS (\n{relations()[name]}\n)" for name in read)
    own = asked.startswith("WITH ")
    whole = f"WITH {before}{',' if own else ''}\n{asked.removeprefix('WITH ') if own else asked}\n"
    return whole.replace("{salt}", salt).replace("{zone}", zone)


def put_in(template: str) -> str:
    """`template` with the text of each query in place of its file's name."""
    return _PLACE.sub(lambda found: json.dumps(text(found[1]), ensure_ascii=False), template)
