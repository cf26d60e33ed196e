"""What the rooms share that change a draft: their plan, and what is said of it.

The workshop has merged and compiled; here the pointers move, or it is said why not. What was typed
into a form that is not taken is kept for a day, and so are its pictures, in the uploads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, NamedTuple, TypedDict

from adapters import files
from adapters.tables import settings
from commands import decisions, registry
from commands.asked import Asked, Value
from commands.decisions import Form, ServerDecided, Shown
from commands.events import Row
from gacha import server
from gacha.making import values
from gacha.making.manifest import INDEX, Manifest
from gacha.making.stored import CARDS, CardsPointer, DraftPointer, draft_setting, seen


class Given(NamedTuple):
    """What a form's edit is made of beside what was typed: what its pictures are stored under, in
    their order; when it was sent, in Unix milliseconds; and the server's timezone."""

    arts: Sequence[str]
    now_ms: int
    zone: tzinfo


class _Drafted(TypedDict):
    """`state`: "taken", "already" (it was sent before: that is how the draft is), "refused",
    "stale" (another change was faster: that of `by`, or of who asks, `is_own`), or "failed".

    `name` and `banner` are the draft's. Of a new one that is refused there is no id, and `name` is
    what was typed.

    `problems` are why it was refused, or what a taken draft still lacks; `more` are not named.
    `notes` are what was understood, and `shown` what the draft comes to (`forms.understood`); empty
    where nothing was taken. `reopens`: a button opens the form as it was sent.
    """

    kind: str
    state: str
    banner: str
    name: str
    is_new: bool
    cards: int
    pictures: int
    notes: Sequence[Mapping[str, Any]]
    problems: Sequence[Mapping[str, Any]]
    more: int
    by: str
    shown: Mapping[str, Any]
    reopens: bool


class Drafted(_Drafted, total=False):
    """`keeps_pictures`: whether the pictures of a form that was not taken are kept with it; not
    said where it had none."""

    is_own: bool
    keeps_pictures: bool


def follows(draft: DraftPointer, starts_ms: int | None, ends_ms: int | None) -> bool:
    """Whether a draft that would be open then leaves the dates to what is published, which may have
    been changed since: it does unless it says others than it said when it was published."""
    before = draft.published.get("preview")
    if not before:
        return False
    then = json.loads(files.get(files.PREVIEWS, before))["banner"]
    return (starts_ms, ends_ms) == (then["starts_ms"], then["ends_ms"])


def planned(asked: Asked, kind: str) -> ServerDecided:
    """Who changed the draft, or the server's cards, since the workshop read them was first: nothing
    of theirs is overwritten. Nor is it where a form began with another draft than there is now."""
    made = manifest(asked.interaction_id)
    if made is None:
        return _not_taken(asked, "failed", None)
    if made.refusal is not None:
        return _not_taken(asked, "refused", made)
    cards = CardsPointer.read(settings.setting(asked.guild, CARDS))
    draft = DraftPointer.read(settings.setting(asked.guild, draft_setting(made.banner)))
    if made.stale:
        return _not_taken(asked, "stale", made, draft.by, now=made.stale)
    is_late = (cards.version, draft.version) != (made.cards_version, made.draft_version)
    if is_late or asked.options.get("seen", seen(draft.form)) != seen(draft.form):
        if draft.version and (made.draft, made.cards) == (draft.file, cards.file):
            return Shown(_with_made(_of_draft(asked.command, "already", made), made))
        by = "" if is_late and draft.version == made.draft_version else draft.by
        return _not_taken(asked, "stale", made, by, seen(draft.form))
    change = moved(asked, kind, made, cards, draft)
    return decisions.recording_of_server(asked, change, lambda row: recorded(row, asked.command))


def moved(
    asked: Asked, kind: str, made: Manifest, cards: CardsPointer, draft: DraftPointer
) -> server.Change:
    """The pointers as the manifest has them, in the place of those that it began with."""
    after = cards.changed(
        file=made.cards,
        next_banner=cards.next_banner + (not draft.version),
        pictures=cards.pictures + made.pictures,
        size=cards.size + made.size,
        drafts={**cards.drafts, made.banner: made.name or made.banner},
        latest=made.banner,
        form=made.form,
        imports=cards.imports_after(made.export, made.banner, is_missing=made.is_missing),
    )
    pointer = draft.changed(
        file=made.draft,
        rules=made.rules,
        look=made.look,
        preview=made.preview,
        by=asked.admin,
        form=made.form,
    )
    event = {
        "kind": kind,
        "by": asked.admin,
        "banner": made.banner,
        "name": made.name,
        "cards": made.count,
        "pictures": made.pictures,
    }
    settings_ = (
        server.Setting(CARDS, after.version, after.content()),
        server.Setting(draft_setting(made.banner), pointer.version, pointer.content()),
    )
    return server.Change(asked.guild, event, settings=settings_)


def recorded(row: Row, room: str) -> Drafted:
    """What was taken; and what was not, while the manifest is there: for a day."""
    shown: Drafted = {
        **_drafted(room, "taken"),
        "banner": row["banner"],
        "name": row["name"],
        "is_new": row["versions"][draft_setting(row["banner"])] == 1,
        "cards": row["cards"],
        "pictures": row["pictures"],
    }
    made = manifest(row["interaction_id"])
    if made is not None:
        shown["notes"] = list(made.notes)
        _with_made(shown, made)
    return shown


def _of_draft(room: str, state: str, made: Manifest) -> Drafted:
    shown = _drafted(room, state)
    shown["banner"], shown["name"], shown["cards"] = made.banner, made.name, made.count
    return shown


def _with_made(shown: Drafted, made: Manifest) -> Drafted:
    """What the draft comes to, and still lacks."""
    unready = made.unready or {"problems": [], "more": 0}
    shown["shown"] = made.shown
    shown["problems"], shown["more"] = unready["problems"], unready["more"]
    return shown


def _not_taken(
    asked: Asked, state: str, made: Manifest | None, by: str = "", now: str = ""
) -> ServerDecided:
    """`now` is what a stale form has seen once its sender has read this."""
    outcome = "stale" if state == "stale" else "refused"
    has_form = registry.definition(asked.command).opens
    shown = {**_drafted(asked.command, state), "by": by, "reopens": has_form}
    if by == asked.admin:
        shown["is_own"] = True
    if made is not None:
        # A refused edit has made no draft; its form knows what the draft is called. A new one has
        # no form, and no id that anybody knows: it is called what was typed.
        called = next(iter(made.form.get("name", {}).values()), "")
        if made.draft_version or made.form:
            shown |= {"banner": made.banner, "name": made.name or called}
        else:
            shown["name"] = values.cut(str(asked.options.get("name", "")))
        shown |= made.refusal or {}
    kept = {name: value for name, value in asked.options.items() if name not in _NOT_TYPED}
    if not has_form:
        return Shown(shown, outcome)
    if now:
        kept |= {name: now for name in ("seen", "was") if name in kept}
    known = _known(asked, made)
    if _has_pictures(asked):
        shown["keeps_pictures"] = "pictures" in known
    return Shown(shown, outcome, Form({**kept, **known}))


_NOT_TYPED = {"manifest", "pictures", "kept", "again"}


def _known(asked: Asked, made: Manifest | None) -> Mapping[str, Value]:
    """What the form needs to be opened again, so that this is one read: the names of the draft's
    rarities, and whose pictures it had, unless one of them is why."""
    form: Mapping[str, Any] = {} if made is None else made.form
    known: dict[str, Value] = {
        "known": "\n".join(form.get("rarities", ())),
        "called": next(iter(form.get("name", {}).values()), "")
        or str(asked.options.get("banner", "")),
    }
    problems = (made.refusal or {}).get("problems", ()) if made else ()
    is_refused = any(each["place"][1] == "pictures" for each in problems)
    if _has_pictures(asked) and not is_refused and _came(asked.interaction_id):
        known["pictures"] = asked.interaction_id
    return known


def _has_pictures(asked: Asked) -> bool:
    return bool(asked.options.get("pictures") or asked.options.get("kept"))


def _came(interaction_id: str) -> bool:
    """Whether what was sent was fetched: the list of it is left last."""
    try:
        files.get_upload(interaction_id, INDEX)
    except files.MissingError:
        return False
    return True


def manifest(interaction_id: str) -> Manifest | None:
    """None where the workshop could not say what became of it."""
    try:
        return Manifest.read(files.get_upload(interaction_id, Manifest.NAME))
    except files.MissingError:
        return None


def _drafted(room: str, state: str) -> Drafted:
    return {
        "kind": room,
        "state": state,
        "banner": "",
        "name": "",
        "is_new": False,
        "cards": 0,
        "pictures": 0,
        "notes": [],
        "problems": [],
        "more": 0,
        "by": "",
        "shown": {},
        "reopens": False,
    }
