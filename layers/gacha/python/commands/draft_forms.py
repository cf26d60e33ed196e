"""Which draft a form is about, and what it begins with: one read, as a first answer has time for.
`functions/interactions` loads this with the room whose form it is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from adapters import inline
from commands import forms
from commands.asked import Asked
from commands.command import EDITORS, MANAGERS, STRING, Choice, NoFormError, NotReadyError, Option
from gacha import names
from gacha.making.stored import CARDS, CardsPointer, DraftPointer, draft_setting, seen

BANNER: Final = Option(
    name=("下書き", "banner"),
    description=(
        "どのガチャの下書きか（空欄なら最後に編集したもの）",
        "Which draft; left empty, the one that was edited last",
    ),
    type=STRING,
    low=1,
    high=100,
    completes=True,
)
ID: Final = r"b[1-9][0-9]{0,4}"
MAX_CHOICES: Final = 25


class Begun(NamedTuple):
    """A draft as a form needs it (`gacha.making.forms.begins`)."""

    banner: str
    form: Mapping[str, Any]
    follows: bool = False
    """Whether its dates are those of what is published, which may have been changed since."""

    @property
    def seen(self) -> str:
        """What whoever opens the form has seen of it."""
        return seen(self.form)

    @property
    def rarities(self) -> Sequence[str]:
        return list(self.form.get("rarities", ()))

    def called(self, lang: str) -> str:
        return called(self.form.get("name", {}), lang) or self.banner


class Kept(NamedTuple):
    """A form as it was sent, and not taken. `has_pictures`: those that came with it are kept."""

    values: Mapping[str, str]
    rarities: Sequence[str]
    has_pictures: bool


def called(name: Mapping[str, str], lang: str) -> str:
    """A name in this language, or in the one that there is."""
    return name.get(lang) or next(iter(name.values()), "")


def begun(asked: Asked, control: str) -> Begun:
    """The draft that is meant: by its id or name, else the one that was edited last. The `control`
    opens the same form by a button, of the draft whose id follows. Raises NoFormError where there
    is none, and NotReadyError."""
    check_role(asked)
    wanted = str(asked.options.get("banner", ""))
    again = f"{asked.command}:{control}"
    if re.fullmatch(ID, wanted):
        row = inline.setting(asked.guild, draft_setting(wanted), again=f"{again}:{wanted}")
        draft = DraftPointer.read(row)
        if not draft.form:  # none, or discarded
            raise NoFormError("draft_unknown")
        is_published = bool(draft.file) and draft.file == draft.published.get("file")
        return Begun(wanted, draft.form, is_published or "dates" in draft.form)
    cards = CardsPointer.read(inline.setting(asked.guild, CARDS, again=again))
    if not cards.drafts:
        raise NoFormError("no_drafts")
    if not wanted:
        return Begun(cards.latest, cards.form)
    found = names.matching(wanted, {key: {"": name} for key, name in cards.drafts.items()})
    if not found:
        raise NoFormError("draft_unknown")
    if found[0] == cards.latest:
        return Begun(cards.latest, cards.form)
    raise NotReadyError(f"{again}:{found[0]}")  # its form would be another read


def is_id(text: str) -> bool:
    """Whether it is a draft's id, which a custom id may carry."""
    return re.fullmatch(ID, text) is not None


def check_role(
    asked: Asked, setting: Callable[[str, str], Mapping[str, Any] | None] | None = None
) -> None:
    """Nobody reads a draft by having any role: one whom a role alone may allow waits for a second
    read. What editors may do, managers may do, too (`commands.admission`). Raises NoFormError, and
    NotReadyError. `setting` reads one of the server's, where there is more to read."""
    if asked.roles is None:
        return
    row: Mapping[str, Any] | None
    if setting is None:
        row = inline.setting(asked.guild, "game", again=f"{asked.command}:open")
    else:
        row = setting(asked.guild, "game")
    row = row or {}
    if not any(row.get(role) and row[role] in asked.roles for role in (EDITORS, MANAGERS)):
        raise NoFormError("not_allowed")


def choices(asked: Asked) -> list[Mapping[str, Any]]:
    """The server's banners with what is typed so far in their name or id, the latest first."""
    try:
        check_role(asked)
    except NoFormError:
        return []
    cards = CardsPointer.read(inline.setting(asked.guild, CARDS))
    named = {key: {"": name, "id": key} for key, name in cards.drafts.items()}
    found = names.matching(str(asked.options.get("banner", "")), named)
    found.sort(key=lambda each: (each != cards.latest, -int(each[1:])))
    return [
        {"name": _choice(cards.drafts[each], each), "value": each} for each in found[:MAX_CHOICES]
    ]


def _choice(name: str, id_: str) -> str:
    """A draft without a name is called by its id."""
    return id_ if name == id_ else f"{name} ({id_})"[:100]


def kept(asked: Asked) -> Kept:
    """The form of the room's that this admin sent last and that was not taken, for a day. Raises
    NotReadyError: then a button opens a new one."""
    check_role(asked)
    name = forms.setting(asked.command, asked.admin)
    row = inline.setting(asked.guild, name, again=f"{asked.command}:again")
    if row is None or row["expires_at"] < time.time():
        raise NotReadyError(f"{asked.command}:open")
    values = {key: str(value) for key, value in row["values"].items()}
    rarities = list(filter(None, values.pop("known", "").split("\n")))
    return Kept(values, rarities, bool(values.pop("pictures", "")))


def one_of(option: Option, values: Sequence[str], *, first: Choice | None = None) -> Option:
    """The option with these names to choose from, after the choice `first`."""
    choices_ = tuple(Choice((each, each), each) for each in values)
    return option._replace(choices=(first, *choices_) if first else choices_)
