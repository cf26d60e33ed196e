"""An owner's ZIP: one sheet and the pictures that it names, judged before anything is unpacked.

Python's reader believes what the archive says of itself. So what it says is held against the bytes
first: how many entries, how large, where each lies, and what it is called. What nobody put there by
hand (macOS's and Windows' own files) is passed over.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from gacha.making import imports
from gacha.making.cards import key
from refused import RefusedError

MAX_ENTRIES: Final = 1_000
MAX_PICTURES: Final = 200
MAX_UNPACKED: Final = 96 * 1024 * 1024
"""Of all entries together, in bytes. Pictures hardly get smaller in a ZIP, whose own bound is 25
MiB."""
MAX_NAME: Final = 200

SHEETS: Final = (".xlsx", ".csv", ".tsv", ".txt", ".toml")
_EXTENSIONS: Final = (
    *(".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif"),
    *(".heic", ".heif", ".avif", ".bmp", ".svg", ".tif", ".tiff", ".psd"),
)
"""Of pictures: those that are read, and those of which their owner is told what to save them as."""
_NESTED: Final = (".zip", ".7z", ".rar", ".lzh", ".tar", ".gz", ".tgz")

_END: Final = b"PK\5\6"
_MAX_DIRECTORY: Final = MAX_ENTRIES * 1_024  # bytes; an entry takes 46, and its name and extras
_UTF_8: Final = 0x800
_ENCRYPTED: Final = 0x1
_UNREADABLE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError),
    NotImplementedError,  # its flags say patched data, or strong encryption
)
"""What Python's reader raises for an entry that is damaged."""


class Entry(NamedTuple):
    """A file of the archive, under the name that its owner sees, folders before it."""

    name: str
    info: zipfile.ZipInfo


class Archive:
    """What an archive holds for us: `sheet` and `pictures`; `export` is what a part of an export
    says of itself; `unread` are the names of the rest."""

    def __init__(self, content: bytes) -> None:
        """Raises RefusedError."""
        _check_end(content)
        try:
            self._file = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OSError):
            raise RefusedError("archive_damaged") from None
        entries = list(_entries(self._file.infolist()))
        _check_places(content, [entry.info for entry in entries], self._file.start_dir)
        files = [entry for entry in entries if not _is_nobodys(entry.name)]
        sheets = [entry for entry in files if _is(entry, SHEETS)]
        self.pictures = [entry for entry in files if is_picture(entry.name)]
        self.export = next((each for each in files if _base(each.name) == imports.FILE_NAME), None)
        known = [*sheets, *self.pictures, self.export]
        self.unread = [each.name for each in files if each not in known]
        self.sheet = sheets[0] if sheets else None
        if len(sheets) > 1:
            raise RefusedError("archive_sheets", count=len(sheets), names=_some(sheets))
        if nested := [entry for entry in files if _is(entry, _NESTED)]:
            raise RefusedError("archive_nested", name=nested[0].name)
        if len(self.pictures) > MAX_PICTURES:
            raise RefusedError("archive_pictures", count=len(self.pictures), most=MAX_PICTURES)
        if not sheets and not self.pictures:
            raise RefusedError("archive_empty")

    def read(self, entry: Entry) -> bytes:
        """What a file of it holds: no more than it says, and whole. Raises RefusedError."""
        try:
            with self._file.open(entry.info) as file:
                content = file.read(entry.info.file_size)
        except _UNREADABLE:
            raise RefusedError("archive_entry_damaged", name=entry.name) from None
        # One whose compressed part ends early has no checksum that anybody comes to.
        if len(content) != entry.info.file_size:
            raise RefusedError("archive_entry_damaged", name=entry.name)
        return content


def is_zip(content: bytes) -> bool:
    return content.startswith((b"PK\3\4", _END))


def has(content: bytes, name: str) -> bool:
    """Whether an archive lists a file of this name; of a damaged one, whether it says so anywhere.
    A file that lies in it as it is may be an archive itself, and is not looked into."""
    try:
        _check_end(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return name in archive.namelist()
    except (RefusedError, zipfile.BadZipFile, struct.error, ValueError, OSError, RuntimeError):
        return name.encode() in content


def folded(name: str) -> str:
    """A picture's name as a sheet names it: without folders; width and case make no difference."""
    return key(PurePosixPath(name.replace("\\", "/")).name)


# --- before Python's reader believes it -----------------------------------------------------------


def _check_end(content: bytes) -> None:
    """How many entries it says that it has, and how long their list is."""
    at = content.rfind(_END, max(0, len(content) - 65_557))
    if at < 0 or at + 22 > len(content):
        raise RefusedError("archive_damaged")
    here, entries, size, start = struct.unpack_from("<HHII", content, at + 8)
    if max(here, entries) > MAX_ENTRIES or size > _MAX_DIRECTORY:
        count = content.count(b"PK\1\2", min(start, at), at) or entries
        raise RefusedError("archive_entries", count=count, most=MAX_ENTRIES)


def _entries(infos: list[zipfile.ZipInfo]) -> Iterator[Entry]:
    """The files among the entries, each with a name that leads nowhere else."""
    if len(infos) > MAX_ENTRIES:
        raise RefusedError("archive_entries", count=len(infos), most=MAX_ENTRIES)
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED:
        most = MAX_UNPACKED // 2**20
        raise RefusedError("archive_bomb", megabytes=unpacked // 2**20, most=most)
    names = set()
    for info in infos:
        name = _name(info)
        mode = info.external_attr >> 16
        if info.flag_bits & _ENCRYPTED:
            raise RefusedError("archive_encrypted")
        if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
            raise RefusedError("archive_link", name=_shown(name))
        if _leads_away(name):
            raise RefusedError("archive_path", name=_shown(name))
        if name.endswith("/"):
            continue
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RefusedError("archive_method", name=_shown(name))
        if name in names:
            raise RefusedError("archive_twice", name=_shown(name))
        names.add(name)
        yield Entry(name, info)


def _check_places(content: bytes, infos: list[zipfile.ZipInfo], end: int) -> None:
    """No two entries share bytes: that is how a small archive unpacks to a huge one."""
    before = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        at = info.header_offset
        if at < before or at + 30 > end or content[at : at + 4] != b"PK\3\4":
            raise RefusedError("archive_damaged")
        name, extra = struct.unpack_from("<HH", content, at + 26)
        before = at + 30 + name + extra + info.compress_size
        if before > end:
            raise RefusedError("archive_damaged")


# --- names ----------------------------------------------------------------------------------------


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant. Without the flag for UTF-8 Python reads the IBM PC's signs; Windows
    in Japan means CP932 there, macOS UTF-8."""
    name = info.orig_filename
    if not info.flag_bits & _UTF_8:
        for encoding in ("utf-8", "cp932"):
            try:
                name = info.orig_filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return name.replace("\\", "/")


def _leads_away(name: str) -> bool:
    parts = name.split("/")
    return (
        name.startswith("/")
        or ".." in parts
        or ":" in parts[0]
        or len(name) > MAX_NAME
        or any(sign < " " or sign == "\x7f" or "\ud800" <= sign <= "\udfff" for sign in name)
    )


def _is_nobodys(name: str) -> bool:
    """What a system puts there by itself."""
    *folders, last = name.split("/")
    return (
        "__MACOSX" in folders
        or last.startswith((".", "~$"))
        or last.lower() in ("thumbs.db", "desktop.ini")
    )


def _base(name: str) -> str:
    return name.rpartition("/")[2]


def is_picture(name: str) -> bool:
    """Whether a file is called as one."""
    return key(name).endswith(_EXTENSIONS)


def _is(entry: Entry, extensions: tuple[str, ...]) -> bool:
    return key(entry.name).endswith(extensions)


def _some(entries: list[Entry]) -> str:
    names = [_shown(entry.name) for entry in entries[:3]]
    return ", ".join(names) + ("…" if len(entries) > 3 else "")


def _shown(name: str) -> str:
    plain = "".join(sign if sign.isprintable() else "?" for sign in name)
    return plain if len(plain) <= 60 else f"…{plain[-59:]}"
