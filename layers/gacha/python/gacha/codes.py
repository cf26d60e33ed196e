"""Codes that a server's players type in: how they are made, read, and what one gives.

A generated code is never stored. Its first three letters tell its campaign, and the other twelve
(59 bits) follow from the stack's secret, so whoever has not been given it can only guess. A word
that an admin chose is found by its HMAC, and kept sealed, so that it can be shown again. Decides;
writes nothing.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from . import kinds, names, purse, snowflake
from .changes import Change
from .openings import Openings
from .presents import Gift, named

if TYPE_CHECKING:
    from .player import Player

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 letters, none of which can be read as another: no 0 and O, no 1, I and L."""

TAG: Final = 3
LETTERS: Final = 12
"""Of a generated code: those that tell its campaign, and those that nobody can guess."""

LEAST_OWN: Final = 6
MOST_OWN: Final = 40
"""Letters of a word that an admin chose, once it is folded."""

MOST_OPEN: Final = 25
MOST_SINGLE: Final = 1_000
MOST_CLAIMS: Final = 1_000_000
MOST_CAMPAIGNS: Final = len(ALPHABET) ** TAG - 1

INDEX: Final = "codes"

TRIES: Final = 5
"""Wrong codes that a player may try in ten minutes."""
TRIES_OF_SLOWED: Final = 1
"""The same while the server has seen too many: a right code still counts at once, for anybody."""
SERVER_TRIES: Final = 100
WINDOW_MS: Final = 10 * 60 * 1000

_ALIKE: Final = str.maketrans(
    "OIL|"
    # Cyrillic capitals
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0406\u0408\u0405"
    # Greek capitals
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
    "0111ABEKMH0PCTXY1JSABEZH1KMN0PTYX",
)
"""What is read as the same letter, once all are capitals."""


def folded(text: str) -> str:
    """A code as it is compared: case, width, kana, blanks, dashes and letters that look alike make
    no difference. ー is a dash where somebody types with a Japanese keyboard."""
    kept = (sign for sign in names.folded(text).upper() if not _makes_no_difference(sign))
    return "".join(kept).translate(_ALIKE)


def unusable(text: str) -> str:
    """The signs that a word may not have, each once: all but letters and numbers of any script, and
    what makes no difference. A mark or an emoji is on no two keyboards alike, and is read as
    Discord's Markdown or as HTML where somebody passes the word on."""
    return "".join(dict.fromkeys(sign for sign in text if not all(map(_is_usable, _parts(sign)))))


def _parts(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign)


def _is_usable(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LNM" or _makes_no_difference(sign)


def _makes_no_difference(sign: str) -> bool:
    return unicodedata.category(sign) in ("Pd", "Pc", "Cf", "Cc", "Zs", "Mn") or sign in "ー~\u2212"


def is_guessable(text: str) -> bool:
    """Whether a word is one letter again and again, or a plain run such as "123456", "7890123" or
    "fedcba": what anybody tries first."""
    signs = [sign for sign in names.folded(text).upper() if sign.isalnum()]
    steps = {ord(after) - ord(before) for before, after in pairwise(signs)}
    if all(sign in "0123456789" for sign in signs):
        steps = {-1 if step % 10 == 9 else step % 10 for step in steps}  # 0 follows on 9
    return len(steps) == 1 and steps <= {-1, 0, 1}


def spaced(code: str) -> str:
    """As it is shown: "7QA-K2MW-9XHD-3RTB"."""
    rest = code[TAG:]
    return "-".join([code[:TAG], *(rest[at : at + 4] for at in range(0, len(rest), 4))])


def key(secret: bytes) -> bytes:
    """What codes follow from. No seed of a player's is made of such a text."""
    return hmac.digest(secret, b"codes|v1", "sha256")


def generated(of: bytes, guild_id: str, campaign_id: str, made: str, number: int = 0) -> str:
    """The code with a number of a campaign that an interaction `made`, by the `key`. A shared one
    has the number 0."""
    letters = _letters(of, f"code|{guild_id}|{made}|{number}")
    return tag(int(campaign_id[1:])) + "".join(next(letters) for _ in range(LETTERS))


def _letters(of: bytes, label: str) -> Iterator[str]:
    """Unbiased letters: a byte that would make some likelier is left out."""
    block = 0
    fair = 256 - 256 % len(ALPHABET)
    while True:
        for byte in hmac.digest(of, f"{label}|{block}".encode(), "sha256"):
            if byte < fair:
                yield ALPHABET[byte % len(ALPHABET)]
        block += 1


def word_setting(of: bytes, guild_id: str, word: str) -> str:
    """Where it stands to which campaign a folded word leads. Nobody finds the word by it who does
    not have the secret."""
    return f"word#{hmac.digest(of, f'word|{guild_id}|{word}'.encode(), 'sha256').hex()[:32]}"


def tag(number: int) -> str:
    """The first letters of a campaign's codes. Raises ValueError from MOST_CAMPAIGNS on."""
    if number > MOST_CAMPAIGNS:
        raise ValueError(f"campaign {number}; {MOST_CAMPAIGNS} have letters")
    letters = ""
    for _ in range(TAG):
        number, rest = divmod(number, len(ALPHABET))
        letters = ALPHABET[rest] + letters
    return letters


def tagged(word: str) -> str | None:
    """The id of the campaign that a folded code may be of, by its first letters."""
    if len(word) != TAG + LETTERS or not set(word) <= set(ALPHABET):
        return None
    number = 0
    for letter in word[:TAG]:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    return f"c{number}" if number else None


def setting(campaign_id: str) -> str:
    return f"code#{campaign_id}"


def counter_setting(campaign_id: str) -> str:
    """Where it is counted how often a campaign was claimed. It has no version, since claims change
    it and no admin does."""
    return f"claims#{campaign_id}"


def tries_setting(user_id: str) -> str:
    return f"tries#{user_id}"


def server_tries_setting(at_ms: int) -> str:
    """Where the wrong tries of all players in these ten minutes are counted."""
    return f"tries@{at_ms // WINDOW_MS}"


@dataclass(frozen=True, slots=True)
class Campaign:
    """Codes that were made together. `most`: how often they can be claimed in all. `singles`: how
    many codes there are, each for one claim by anybody; 0 is one code for all, once for each
    player. `is_own`: an admin chose the word, and `word` is that as it was typed, sealed; empty
    where it was made before words were kept. `made` is the interaction that made them, `by` the
    admin, `ended` who ended it before its time. `version` is its setting's."""

    id: str
    gift: Gift
    note: str
    ends_ms: int
    most: int
    by: str
    made: str
    singles: int = 0
    is_own: bool = False
    word: str = ""
    ended: str = ""
    version: int = 1

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        return cls(
            id=row["setting"].partition("#")[2],
            gift=Gift.read(row["gift"]),
            note=row["note"],
            ends_ms=row["ends_ms"],
            most=row["most"],
            by=row["by"],
            made=row["made"],
            singles=row["singles"],
            is_own=bool(row["own"]),
            word=row.get("word", ""),
            ended=row.get("ended", ""),
            version=row["version"],
        )

    def content(self) -> dict[str, Any]:
        """As a setting's, beside its version."""
        return {
            "gift": self.gift.written(),
            "note": self.note,
            "ends_ms": self.ends_ms,
            "most": self.most,
            "by": self.by,
            "made": self.made,
            "singles": self.singles,
            "own": int(self.is_own),
            **({"word": self.word} if self.word else {}),
            **({"ended": self.ended} if self.ended else {}),
        }

    def is_open(self, at_ms: int) -> bool:
        return at_ms < self.ends_ms and not self.ended

    def over(self, by: str) -> Self:
        return replace(self, ended=by, version=self.version + 1)

    def number(self, of: bytes, guild_id: str, word: str) -> int | None:
        """Which of its generated codes a folded one is; None if none of them. All are compared, in
        a time that tells nothing of how much was right."""
        found = None
        for number in range(1, self.singles + 1) if self.singles else (0,):
            code = generated(of, guild_id, self.id, self.made, number)
            if hmac.compare_digest(code.encode(), word.encode()):
                found = number
        return found


@dataclass(frozen=True, slots=True)
class Index(Openings[str]):
    """The campaigns that are open, with their notes."""

    PREFIX: ClassVar[str] = "c"

    @classmethod
    def read(cls, row: Mapping[str, Any] | None) -> Self:
        if row is None:
            return cls()
        stored = sorted(row["open"].items(), key=lambda each: int(each[0][1:]))
        return cls(
            row["version"], row["next"], {id_: (each["e"], each["n"]) for id_, each in stored}
        )

    def content(self) -> dict[str, Any]:
        of = {id_: {"e": ends_ms, "n": note} for id_, (ends_ms, note) in self.open.items()}
        return {"next": self.next_number, "open": of}

    def with_(self, campaign: Campaign, at_ms: int) -> Self:
        return self.opened(campaign.id, campaign.ends_ms, campaign.note, at_ms)


def use(player: Player, interaction_id: str, campaign: Campaign, number: int) -> Change:
    """Give the player what a code gives; `number` is that of a single code, else 0. Whether they
    may have it, the caller knows. Raises purse.TooManyLotsError."""
    reward = campaign.gift.reward(snowflake.created_ms(interaction_id))
    after = purse.receive(player, reward, interaction_id)
    event = {
        "kind": kinds.CODE,
        **reward.event(),
        "campaign": campaign.id,
        "note": campaign.note,
        **({"number": number} if number else {}),
        **named([campaign.gift]),
    }
    return Change(event, player, replace(after, version=player.version + 1))


@dataclass(frozen=True, slots=True)
class Tries:
    """A player's wrong tries of late: their times in Unix milliseconds. `made` counts all of them,
    and changes with each."""

    made: int = 0
    at: tuple[int, ...] = ()

    @classmethod
    def read(cls, row: Mapping[str, Any] | None) -> Self:
        return cls() if row is None else cls(row["made"], tuple(row["at"]))

    def lately(self, now_ms: int) -> tuple[int, ...]:
        return tuple(each for each in self.at if now_ms - WINDOW_MS < each)

    def again_ms(self, now_ms: int, most: int) -> int | None:
        """When the next try is allowed, where it is not now."""
        lately = sorted(self.lately(now_ms))
        return None if len(lately) < most else lately[len(lately) - most] + WINDOW_MS

    def after(self, now_ms: int) -> Self:
        return replace(self, made=self.made + 1, at=(*self.lately(now_ms), now_ms)[-TRIES:])
