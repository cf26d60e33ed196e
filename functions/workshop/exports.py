"""Makes the parts of an export, and leaves them where Announce finds each: a ZIP of the sheet, or
of the banner file, of what neither says, and of as many pictures as have room in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Final

from adapters import files
from adapters.tables import settings
from commands import workbooks
from commands.asked import Asked
from gacha.making import imports, sheets
from gacha.making.cards import Cards
from gacha.making.draft import Draft
from gacha.making.exports import Export, exported, part_name
from gacha.making.manifest import Manifest
from gacha.making.problems import FILE, Place, Problem, Refusal
from gacha.making.stored import CARDS, CardsPointer, DraftPointer, draft_setting

ROOM: Final = "admin banner export"
ZIP: Final = "application/zip"

MOST_BYTES: Final = 9 * 1024 * 1024
"""Of a part: Discord takes files of 10 MiB, from bots and from members without Nitro."""
MOST_PICTURES: Final = 200
"""Of a part, as of every upload."""
_AROUND: Final = 512
"""Bytes that a ZIP has for each file beside its content, at the longest names of ours."""

_TITLES: Final = {"ja": "カード", "en": "cards"}


def made(asked: Asked) -> Manifest:
    """The manifest of an export: of how many parts, or why there is none."""
    pointer = CardsPointer.read(settings.setting(asked.guild, CARDS))
    wanted = str(asked.options.get("banner", ""))
    banner = pointer.find(wanted) if wanted else pointer.latest
    row = settings.setting(asked.guild, draft_setting(banner)) if banner else None
    file = DraftPointer.read(row).file
    if not file:
        return _refused(banner, "draft_unknown", found=wanted)
    draft = Draft.read(files.get(files.DRAFTS, file))
    cards = Cards.read(files.get(files.CARDS, pointer.file))
    found = exported(draft, cards)
    called = next(filter(None, draft.name.values()), banner)
    if isinstance(found, Refusal):
        return Manifest(banner, name=called, refusal=found.written())
    parts = []
    for number, (last, content) in enumerate(_parts(found), start=1):
        files.put_upload(asked.interaction_id, part_name(number), content, ZIP)
        parts.append(last)
    count = len(draft.cards)
    return Manifest(
        banner, name=called, count=count, pictures=len(found.pictures), parts=tuple(parts)
    )


def _refused(banner: str, key: str, **values: str) -> Manifest:
    problem = Problem(key, Place(FILE), values)
    return Manifest(banner, refusal=Refusal((problem,)).written())


def _parts(of: Export) -> Iterator[tuple[int, bytes]]:
    """Each part, and the number of its last picture."""
    head = _head(of)
    most = MOST_BYTES - len(head[1]) - len(of.part(0, 0)) - 4 * _AROUND
    first, size, pictures = 1, 0, dict[str, bytes]()
    for number, (name, art) in enumerate(of.pictures.items(), start=1):
        try:
            content = files.read(files.ART, art)
        except files.MissingError:  # taken away in between
            continue
        if pictures and (size + len(content) + _AROUND > most or len(pictures) == MOST_PICTURES):
            yield number - 1, _packed(of, head, first, number - 1, pictures)
            first, size, pictures = number, 0, {}
        pictures[name] = content
        size += len(content) + _AROUND
    last = len(of.pictures)
    yield last, _packed(of, head, min(first, last), last, pictures)


def _head(of: Export) -> tuple[str, bytes]:
    """The sheet or the file that every part has."""
    if of.table is None:
        return "banner.toml", of.toml
    cells = [list(map(sheets.unguarded, line)) for line in of.table]
    return "banner.xlsx", workbooks.xlsx_file(cells, _TITLES[of.lang], {})


def _packed(
    of: Export, head: tuple[str, bytes], first: int, last: int, pictures: dict[str, bytes]
) -> bytes:
    """The same bytes for the same export: stored as they are, and of no date."""
    output = io.BytesIO()
    contents = {
        head[0]: head[1],
        imports.FILE_NAME: of.part(first, last),
        **{f"pictures/{name}": content for name, content in pictures.items()},
    }
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return output.getvalue()
