"""Takes an upload apart: what it is, what its sheet says, and which pictures come with it.

What it leaves in the bucket is what the next steps read, so that each of them can run again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import archives
import fetch
import pictures
import sheets
from adapters import files
from adapters.tables import settings
from commands import forms
from commands.asked import Asked
from commands.attachments import Attachment, read
from gacha import banner
from gacha.making import imports
from gacha.making.cards import key
from gacha.making.manifest import INDEX
from gacha.making.problems import FILE, FORM, SHEET, Note, Place, Problem, Refusal
from gacha.making.sheets import Row, Sheet, rows
from gacha.making.values import cut
from refused import RefusedError

JSON: Final = "application/json"
BYTES: Final = "application/octet-stream"
MOST_NAMED: Final = 20


class Unpacked(NamedTuple):
    """`name` is the upload's. `table` is its sheet, `sheet` the worksheet's name. `toml` is whether
    it is a banner file instead, stored as "banner.toml". `pictures` are the names of those that are
    wanted, in the order of their numbers; None where none came with the sheet. `is_form`: it is no
    upload, but a form, which may have come with pictures. `export`: what a part of an export says
    of itself (`gacha.making.imports.read`), else empty. `problems` are of single cells of the
    sheet, as they are written."""

    name: str
    table: list[list[str]] | None = None
    sheet: str = ""
    toml: str = ""
    pictures: list[str] | None = None
    notes: Sequence[Mapping[str, Any]] = ()
    is_form: bool = False
    export: str = ""
    problems: Sequence[Mapping[str, Any]] = ()

    @property
    def is_only_pictures(self) -> bool:
        return self.table is None and not self.toml and not self.is_form

    def rows(self) -> Sheet | Refusal:
        """The rows of its sheet; without one, a row for each picture that is called as a card."""
        if self.table is not None:
            return rows(self.table, SHEET, self.sheet, [*map(Problem.read, self.problems)])
        return Sheet(tuple(_of_pictures(self.pictures or [])))


def unpack(asked: Asked) -> Unpacked | Refusal:
    """The upload of this interaction, fetched and stored in pieces."""
    try:
        if "file" in asked.options:
            found = _taken_apart(asked, read(asked.text("file")))
        else:
            found = _of_form(asked)
    except RefusedError as refusal:
        return Refusal((refusal.problem,))
    content = json.dumps(found._asdict(), ensure_ascii=False).encode()
    files.put_upload(asked.interaction_id, INDEX, content, JSON)
    return found


def unpacked(interaction_id: str) -> Unpacked:
    """What `unpack` found. Raises MissingError or AwsError."""
    stored: Mapping[str, Any] = json.loads(files.get_upload(interaction_id, INDEX))
    return Unpacked(**stored)


def picture(number: int) -> str:
    """Under which name the picture of this number is left, as it came."""
    return f"picture-{number:03}"


def _taken_apart(asked: Asked, sent: tuple[Attachment, ...]) -> Unpacked:
    contents = [(each.name, fetch.fetch(each.address)) for each in sent]
    name, content = contents[0]
    if len(contents) > 1 or _is_picture(name, content):
        return _only_pictures(asked, contents)
    if not content:
        raise RefusedError("file_empty")
    if archives.is_zip(content) and not _is_workbook(content):
        return _archive(asked, name, content)
    return _sheet(asked, name, name, content)


def _is_picture(name: str, content: bytes) -> bool:
    """Whether it is one, or is called one: whoever sends a text as a.png is told of a picture, and
    not of a sheet."""
    is_called = archives.is_picture(name) and not archives.is_zip(content)
    return is_called or pictures.kind(content) in pictures.PICTURES


def _of_form(asked: Asked) -> Unpacked:
    """The pictures of a form: those that were sent with it, else those that came when it was sent
    before and refused."""
    sent = read(asked.text("pictures")) if "pictures" in asked.options else ()
    contents = [(each.name, fetch.fetch(each.address)) for each in sent]
    if not sent and "kept" in asked.options:
        contents = _kept(asked)
    if not contents:
        return Unpacked("", is_form=True)
    return _only_pictures(asked, contents)._replace(is_form=True)


def _kept(asked: Asked) -> list[tuple[str, bytes]]:
    """No custom id says whose pictures they are: only one's own form is read."""
    kept = settings.setting(asked.guild, forms.setting(asked.command, asked.admin)) or {}
    before = str(kept.get("values", {}).get("pictures", ""))
    try:
        names = unpacked(before).pictures or ()
        return [(name, files.get_upload(before, picture(n))) for n, name in enumerate(names)]
    except files.MissingError:
        raise RefusedError("pictures_gone", Place(FORM, "pictures")) from None


def _only_pictures(asked: Asked, contents: list[tuple[str, bytes]]) -> Unpacked:
    for number, (_, content) in enumerate(contents):
        files.put_upload(asked.interaction_id, picture(number), content, BYTES)
    return Unpacked(contents[0][0], pictures=[name for name, _ in contents])


def _archive(asked: Asked, name: str, content: bytes) -> Unpacked:
    archive = archives.Archive(content)
    entries = archive.pictures
    found = Unpacked(name)
    if archive.sheet is not None:
        found = _sheet(asked, name, archive.sheet.name, archive.read(archive.sheet))
        found = found._replace(export=_export(archive))
        wanted = None if found.export else _wanted(found)
        entries = [each for each in entries if wanted is None or _names(each.name) & wanted]
        if wanted and archive.pictures and not entries:
            raise _all_unknown(found, [each.name for each in archive.pictures])
    for number, entry in enumerate(entries):
        files.put_upload(asked.interaction_id, picture(number), archive.read(entry), BYTES)
    notes = list(found.notes)
    taken = {entry.name for entry in entries}
    unused = [entry.name for entry in archive.pictures if entry.name not in taken]
    for note_key, names in (("files_unread", archive.unread), ("pictures_unused", unused)):
        if names:
            notes.append(Note(note_key, {"names": names[:MOST_NAMED]}).written())
    return found._replace(pictures=[entry.name for entry in entries], notes=notes)


def _export(archive: archives.Archive) -> str:
    """What a part of an export says, if it is one: a file of that name may be anything."""
    if archive.export is None or archive.export.info.file_size > imports.MOST_BYTES:
        return ""
    said = archive.read(archive.export)
    if not imports.is_part(said):
        return ""
    part = imports.read(said)
    if isinstance(part, Refusal):
        raise RefusedError("export_damaged")
    return said.decode()


def _sheet(asked: Asked, upload: str, name: str, content: bytes) -> Unpacked:
    if key(name).endswith(".toml"):
        if len(content) > banner.MAX_FILE_BYTES:
            raise RefusedError("file_too_large", found=len(content), most=banner.MAX_FILE_BYTES)
        files.put_upload(asked.interaction_id, "banner.toml", content, BYTES)
        return Unpacked(upload, toml=name)
    other = _kind(content)
    if other == "encrypted":
        raise RefusedError("file_encrypted")
    if other:
        raise RefusedError("file_kind", Place(FILE, sheet=name), kind=other)
    grid = sheets.read(content)
    notes = [note.written() for note in grid.notes]
    problems = [each.written() for each in grid.problems]
    return Unpacked(upload, grid.table, grid.sheet, notes=notes, problems=problems)


def _is_workbook(content: bytes) -> bool:
    """Whether a ZIP is a document of some program's, and not one that has a workbook in it."""
    has_types = archives.has(content, "[Content_Types].xml")
    return has_types or _kind(content) in ("ods", "numbers")


def _kind(content: bytes) -> str:
    """What a file is that is no sheet of ours, so that its owner learns what to save it as."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # Excel 97's, in which new ones are encrypted
        return "encrypted" if "EncryptedPackage".encode("utf-16-le") in content else "xls"
    if content.startswith(b"PK"):
        if b"opendocument" in content[:200]:
            return "ods"
        if archives.has(content, "Index/Document.iwa"):
            return "numbers"
        return "" if b"xl/workbook" in content else "document"
    for start, kind in ((b"Rar!", "rar"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gz")):
        if content.startswith(start):
            return kind
    return pictures.kind(content)


def _wanted(found: Unpacked) -> set[str] | None:
    """The pictures that the sheet names, folded; None where it is a file that names none."""
    if found.toml:
        return None
    read_rows = found.rows()
    if isinstance(read_rows, Refusal):
        return set()
    return {archives.folded(row.picture) for row in read_rows.rows if row.picture}


def _all_unknown(found: Unpacked, names: Sequence[str]) -> RefusedError:
    """Some pictures of a sheet may come later; where the sheet names none of those that came, it is
    the names that are wrong."""
    read_rows = found.rows()
    assert isinstance(read_rows, Sheet)
    row = next(each for each in read_rows.rows if each.picture)
    return RefusedError(
        "pictures_all_unknown",
        row.place.at("picture"),
        found=cut(row.picture),
        names=[cut(each) for each in names[:MOST_NAMED]],
    )


def _names(name: str) -> set[str]:
    """As which a sheet may name a picture: with or without what follows the last point."""
    whole = archives.folded(name)
    return {whole, whole.rpartition(".")[0]} - {""}


def _of_pictures(names: list[str]) -> list[Row]:
    """Pictures without a sheet are for the cards that they are called after: `101.png` for the
    number, `Lily.png` for the name."""
    made = []
    for number, name in enumerate(names, start=1):
        stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
        place = Place(FILE, row=number, sheet=name)
        is_number = stem.lstrip("cC#").isdecimal()
        words = {"number": stem} if is_number else {"name_ja": stem}
        made.append(Row(place, picture=name, **words))
    return made
