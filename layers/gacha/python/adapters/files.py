"""Files in the stack's bucket: banners, their looks and pictures, drafts, uploads.

All but an upload lies under its own hash (docs/decisions/0043-an-owners-own-gacha.md): what was
read is what was asked for, writing twice changes nothing, and a function may keep what it has read.
Blocked is a hash whose file is empty: nothing takes its place, and it counts as not there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from adapters import aws


class Kind(NamedTuple):
    """`digits` of the SHA-256, in hex, are a file's name; it has at most `most` bytes."""

    folder: str
    suffix: str
    content_type: str
    most: int
    digits: int = 64

    def key(self, hash_: str) -> str:
        """Where the file of this hash lies. Raises MissingError for what is no hash."""
        if not re.fullmatch(f"[0-9a-f]{{{self.digits}}}", hash_):
            raise MissingError(f"{self.folder}/{hash_!r:.80}")
        return f"{self.folder}/{hash_}.{self.suffix}"

    def hash(self, content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()[: self.digits]


_KB: Final = 1024
BANNERS: Final = Kind("banners", "toml", "application/toml", 256 * _KB)
LOOKS: Final = Kind("looks", "json", "application/json", 1024 * _KB)
PREVIEWS: Final = Kind("previews", "json", "application/json", 1024 * _KB)
DRAFTS: Final = Kind("drafts", "json", "application/json", 1024 * _KB)
CARDS: Final = Kind("cards", "json", "application/json", 1024 * _KB)
SOURCES: Final = Kind("sources", "txt", "text/plain", 64)
"""Under the hash of an upload: the hash of the picture that was made of it. The one file that does
not lie under its own hash, so that what is blocked is known before it is decoded."""
ART: Final = Kind("art", "webp", "image/webp", 512 * _KB, digits=32)
"""As large as an answer of the API's that is billed as one request, and no larger."""
KINDS: Final = (BANNERS, LOOKS, PREVIEWS, DRAFTS, CARDS, ART)

MOST_UPLOADED: Final = 25 * _KB * _KB
"""Bytes of an upload; as many as the workshop takes."""

Reads = Callable[[str, int], bytes | None]
"""Reads an object of at most so many bytes; None where there is none."""

_MOST_KEPT: Final = 4 * _KB * _KB
_MOST_OF_A_USE: Final = 200
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")

_kept: Final[dict[str, bytes]] = {}
"""What this function has read or written, by key; the oldest comes first, and goes first."""


class MissingError(LookupError):
    """There is no such file, or it is blocked."""


class DamagedError(Exception):
    """A file is not the one of its hash, or is larger than any of its kind."""


def get(kind: Kind, hash_: str, by: Reads | None = None) -> bytes:
    """The file of this hash, kept in this function from then on. Raises as `read` does."""
    key = kind.key(hash_)
    if key not in _kept:
        _keep(key, read(kind, hash_, by))
    return _kept[key]


def read(kind: Kind, hash_: str, by: Reads | None = None) -> bytes:
    """The file of this hash as of now, also if it was blocked meanwhile. Raises MissingError,
    DamagedError or AwsError. `by` reads it, in place of the kept connection and its many tries."""
    key = kind.key(hash_)
    content = _read(key, kind.most, by)
    if not content:
        raise MissingError(key)
    if kind.hash(content) != hash_:
        raise DamagedError(f"{key} holds another file")
    return content


def put(kind: Kind, content: bytes) -> str:
    """Write a file, unless it is there; its hash. Raises ValueError for an empty or too large one,
    or AwsError. A blocked one stays blocked, which nobody is told here: `get` knows."""
    if not 0 < len(content) <= kind.most:
        raise ValueError(f"a file of {kind.folder} has 1 to {kind.most} bytes: {len(content)}")
    hash_ = kind.hash(content)
    aws.s3().put_object(kind.key(hash_), content, kind.content_type, once=True)
    return hash_


def block(kind: Kind, hash_: str) -> None:
    """Take a file away for good, also before there is one. Raises MissingError for what is no hash,
    or AwsError."""
    key = kind.key(hash_)
    aws.s3().put_object(key, b"", kind.content_type, once=False)
    _kept.pop(key, None)


def forget(kind: Kind, hash_: str) -> None:
    """Keep a file no longer that this process has read or written."""
    _kept.pop(kind.key(hash_), None)


def is_blocked(kind: Kind, hash_: str) -> bool:
    """Whether it was taken away for good. Raises MissingError for what is no hash, or AwsError."""
    return _read(kind.key(hash_), kind.most) == b""


def note_source(source: str, art: str) -> None:
    """Which picture (`art`) came of the upload of this hash. Raises AwsError."""
    content_type = SOURCES.content_type
    aws.s3().put_object(SOURCES.key(source), art.encode(), content_type, once=True)


def made_of(source: str) -> str | None:
    """The picture that came of the upload of this hash; empty where that is blocked, None where
    nobody has sent it yet. Raises AwsError."""
    found = _read(SOURCES.key(source), SOURCES.most)
    return None if found is None else found.decode()


class Use(NamedTuple):
    """A server that has a picture, from the upload of the hash `source`. `is_removed`: it took it
    away for good."""

    guild_id: str
    source: str
    is_removed: bool = False

    @classmethod
    def read(cls, content: bytes) -> Use:
        guild_id, source, *removed = content.decode().split()
        return cls(guild_id, source, bool(removed))

    def written(self) -> bytes:
        return " ".join(
            [self.guild_id, self.source, *(["removed"] if self.is_removed else [])]
        ).encode()


MOST_USES: Final = 100
"""Servers and uploads that are noted of one picture; its place among them is a file's name, since
nothing may list the bucket."""


def uses(art: str) -> list[Use]:
    """Who has a picture, in the order in which they were noted. Raises MissingError for what is no
    hash, or AwsError."""
    found = []
    for place in range(MOST_USES):
        content = _read(_use(art, place), _MOST_OF_A_USE)
        if content is None:
            break
        found.append(Use.read(content))
    return found


def note_use(art: str, guild_id: str, source: str) -> None:
    """Note that a server has it, once. Two that come at once take a place each. Raises AwsError."""
    use = Use(guild_id, source)
    for place in range(MOST_USES):
        key = _use(art, place)
        content = _read(key, _MOST_OF_A_USE)
        if content is None:
            aws.s3().put_object(key, use.written(), "text/plain", once=True)
            content = _read(key, _MOST_OF_A_USE)
        if content is not None and Use.read(content)[:2] == use[:2]:
            return


def remove(art: str, guild_id: str) -> bool:
    """Take a picture away from a server for good, and for good from all where no other server has
    it: then it is blocked, and so are the uploads that it came of. Whether another has it. Raises
    MissingError for what is no hash, or AwsError."""
    known = uses(art)
    for place, use in enumerate(known):
        if use.guild_id == guild_id and not use.is_removed:
            gone = use._replace(is_removed=True).written()
            aws.s3().put_object(_use(art, place), gone, "text/plain", once=False)
    if any(use.guild_id != guild_id and not use.is_removed for use in known):
        return True
    block(ART, art)
    for use in known:
        block(SOURCES, use.source)
    return False


def change_use(art: str, place: int, use: Use) -> None:
    """Note something else in a use's place. Raises AwsError."""
    aws.s3().put_object(_use(art, place), use.written(), "text/plain", once=False)


def has_removed(art: str, guild_id: str) -> bool:
    """Whether a server took it away for good. Raises AwsError."""
    return any(use.guild_id == guild_id and use.is_removed for use in uses(art))


def _use(art: str, place: int) -> str:
    ART.key(art)  # raises for what is no hash
    return f"uses/{art}/{place}.txt"


def get_upload(interaction_id: str, name: str) -> bytes:
    """What the workshop left of an interaction, within its day. Raises MissingError, DamagedError
    or AwsError."""
    key = _upload(interaction_id, name)
    content = _read(key, MOST_UPLOADED)
    if content is None:
        raise MissingError(key)
    return content


def put_upload(interaction_id: str, name: str, content: bytes, content_type: str) -> None:
    """Write it, or write it again. Raises ValueError for too large a one, or AwsError."""
    if len(content) > MOST_UPLOADED:
        raise ValueError(f"an upload has at most {MOST_UPLOADED} bytes: {len(content)}")
    aws.s3().put_object(_upload(interaction_id, name), content, content_type, once=False)


def _upload(interaction_id: str, name: str) -> str:
    """Raises MissingError for what is no id of Discord's, or no plain name."""
    if not (re.fullmatch("[0-9]{1,20}", interaction_id) and _NAME.fullmatch(name)):
        raise MissingError(f"uploads/{interaction_id!r:.40}/{name!r:.40}")
    return f"uploads/{interaction_id}/{name}"


def _read(key: str, most: int, by: Reads | None = None) -> bytes | None:
    try:
        return (by or aws.s3().get_object)(key, most)
    except aws.ServiceError as error:
        if error.code == aws.TOO_LARGE:
            raise DamagedError(f"{key} has more than {most} bytes") from None
        raise


def _keep(key: str, content: bytes) -> None:
    _kept[key] = content
    while sum(map(len, _kept.values())) > _MOST_KEPT:
        del _kept[next(iter(_kept))]
