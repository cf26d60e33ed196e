"""Brings an upload into its draft: merges, compiles, and leaves a manifest of what it made.

Everything is written under its own hash, and nothing points to it before Plan has read the manifest
and Record has moved the pointers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import tzinfo
from pathlib import PurePosixPath
from typing import Any, Final

import art
import exports
import previews
import unpack
from adapters import files
from adapters.tables import settings
from commands import registry
from commands.asked import Asked
from commands.drafts import Given, follows
from gacha import snowflake, zones
from gacha.game import Offer
from gacha.making import compiling, edits, forms, imports, preview, times
from gacha.making.cards import Cards, name_problem
from gacha.making.draft import Draft
from gacha.making.manifest import Manifest
from gacha.making.problems import FILE, FORM, Note, Place, Problem, Refusal
from gacha.making.sheets import Sheet
from gacha.making.stored import (
    CARDS,
    MOST_BYTES,
    MOST_DRAFTS,
    MOST_PICTURES,
    CardsPointer,
    DraftPointer,
    draft_setting,
    is_draft,
)

MOST_NAMED: Final = 20


def compose(asked: Asked) -> Manifest:
    """The manifest of this upload; the one that is there, where a run before made it."""
    try:
        return Manifest.read(files.get_upload(asked.interaction_id, Manifest.NAME))
    except files.MissingError:
        if asked.command == exports.ROOM:
            return leave(asked, exports.made(asked))
        return leave(asked, _composed(asked, unpack.unpacked(asked.interaction_id)))


def leave(asked: Asked, manifest: Manifest) -> Manifest:
    """Leaves it where Plan finds it."""
    files.put_upload(asked.interaction_id, Manifest.NAME, manifest.written(), unpack.JSON)
    return manifest


def refuse(asked: Asked, refusal: Refusal) -> Manifest:
    """Leaves why nothing is made of it, and what its form begins with."""
    banner = str(asked.options.get("banner", ""))
    row = settings.setting(asked.guild, draft_setting(banner)) if banner else None
    form = DraftPointer.read(row).form
    return leave(asked, Manifest(banner, form=form, refusal=refusal.written()))


def check_quota(asked: Asked, count: int) -> Refusal | None:
    """Whether the server may have so many pictures more, before any is made."""
    used = CardsPointer.read(settings.setting(asked.guild, CARDS))
    if used.pictures + count > MOST_PICTURES:
        return _refused("pictures_full", count=used.pictures + count, most=MOST_PICTURES)
    if count and used.size >= MOST_BYTES:
        megabytes, most = used.size // 2**20, MOST_BYTES // 2**20
        return _refused("bytes_full", megabytes=megabytes, most=most)
    return None


def _composed(asked: Asked, upload: unpack.Unpacked) -> Manifest:
    used = CardsPointer.read(settings.setting(asked.guild, CARDS))
    part = _part(upload)
    wanted = str(asked.options.get("banner", ""))
    if not wanted and part:
        wanted = used.imports.get(part.export, "")
    elif wanted and not is_draft(wanted):
        wanted = used.find(wanted) or wanted
    banner = wanted or f"b{used.next_banner}"
    before = DraftPointer.read(settings.setting(asked.guild, draft_setting(banner)))
    made = Manifest(
        banner, draft_version=before.version, cards_version=used.version, form=before.form
    )
    if wanted and not before.file:
        return replace(made, refusal=_refused("draft_unknown", found=wanted).written())
    if not before.version and len(used.drafts) >= MOST_DRAFTS:
        return replace(made, refusal=_refused("drafts_full", most=MOST_DRAFTS).written())
    cards = Cards.read(files.get(files.CARDS, used.file)) if used.file else Cards.none()
    draft = _draft(before, banner, upload.name)
    results = art.results(asked, len(upload.pictures or ()))
    size = sum(each.size for each in results)
    if used.size + size > MOST_BYTES:
        megabytes, most = (used.size + size) // 2**20, MOST_BYTES // 2**20
        return replace(
            made, refusal=_refused("bytes_full", megabytes=megabytes, most=most).written()
        )
    offer = settings.game(asked.guild).own(banner)
    merged = _merged(asked, upload, draft, cards, results, _as_shown(asked, before, draft, offer))
    if isinstance(merged, Refusal):
        return replace(made, refusal=merged.written())
    if isinstance(merged, str):
        return replace(made, stale=merged)
    notes = [*upload.notes, *(each.written() for each in _of_pictures(upload, results))]
    notes += [each.written() for each in merged.notes]
    taken = {each.art: each.size for each in results if each.art}
    made = replace(
        made,
        draft=files.put(files.DRAFTS, merged.draft.written()),
        cards=files.put(files.CARDS, merged.cards.written()),
        pictures=len(taken),
        size=sum(taken.values()),
        count=len(merged.draft.cards),
        name=_called(merged.draft.name, asked.language),
        form=_form(asked, before, merged.draft, offer),
        shown=forms.understood(_dated(before, merged.draft, offer)),
        notes=tuple(notes),
    )
    if part and merged.draft.parts:
        made = replace(made, export=part.export, is_missing=bool(merged.draft.parts.missing))
    compiled = compiling.compiled(merged.draft, merged.cards)
    if isinstance(compiled, Refusal):
        return replace(made, unready=compiled.written())
    compiled = compiling.with_shards(compiled, preview.default_shards(compiled.banner))
    return replace(
        made,
        rules=files.put(files.BANNERS, compiled.rules),
        look=files.put(files.LOOKS, compiled.look),
        preview=previews.write(asked, merged.draft, merged.cards, compiled),
    )


def _called(name: Mapping[str, str], language: str) -> str:
    """In the language of whoever edits it, else in the one that there is."""
    return name.get(language) or next(filter(None, name.values()), "")


def _draft(before: DraftPointer, banner: str, upload: str) -> Draft:
    """The draft as it is; a new one has the upload's name, until its owner says another."""
    if before.file:
        return Draft.read(files.get(files.DRAFTS, before.file))
    draft = Draft.new(int(banner.removeprefix("b")))
    name = PurePosixPath(upload).stem.strip()
    return draft if name_problem(name) else replace(draft, name={"ja": name})


def _merged(
    asked: Asked,
    upload: unpack.Unpacked,
    draft: Draft,
    cards: Cards,
    results: list[art.Result],
    periods: Collection[str],
) -> edits.Merged | Refusal | str:
    """The draft after it; or what a card is now, where a form began with another state of it.
    `periods` are those that its form began with."""
    if upload.is_form:
        now_ms = snowflake.created_ms(asked.interaction_id)
        given = Given([each.art for each in results], now_ms, _zone(asked))
        edit = registry.edit(asked.command).edit(asked, given)
        if isinstance(edit, forms.Typed):
            edit = _typed_anew(edit, periods)
        if isinstance(edit, edits.Change):
            now = draft.state(cards, int(edit.row.number))
            if now != edit.was:
                return now
        merged = edit if isinstance(edit, Refusal) else edits.merge(draft, cards, edit)
        if refused := list(_refused_pictures(upload, results)):  # beside all that was typed
            typed = merged.problems if isinstance(merged, Refusal) else ()
            return Refusal.of([*typed, *refused])
        return merged
    part, names = _part(upload), upload.pictures
    arts = None if names is None else _arts(names, results)
    data = files.get_upload(asked.interaction_id, "banner.toml") if upload.toml else b""
    rows = None if upload.toml else upload.rows()
    if upload.is_only_pictures and isinstance(rows, Sheet):
        # One that is left out says nothing of its card, which may have another picture.
        rows = replace(rows, rows=tuple(each for each in rows.rows if (arts or {})[each.picture]))
        rows = edits.of_awaited(draft, rows)
        if not rows.rows:
            return Refusal.of(list(_refused_pictures(upload, results)))
    if isinstance(rows, Refusal):
        return rows
    if part:
        now_ms = snowflake.created_ms(asked.interaction_id)
        came = {name: art for name, art in (arts or {}).items() if art}
        return imports.imported(draft, cards, imports.Import(part, came, rows, data, now_ms))
    if rows is None:
        return edits.merge(draft, cards, edits.File(data, upload.toml))
    return edits.merge(draft, cards, edits.Upload(rows, arts))


def _part(upload: unpack.Unpacked) -> imports.Part | None:
    """What it says of itself, where it is a part of an export: `unpack` has read it."""
    part = imports.read(upload.export.encode()) if upload.export else None
    return None if isinstance(part, Refusal) else part


def _refused_pictures(upload: unpack.Unpacked, results: list[art.Result]) -> Iterator[Problem]:
    """Of a form nothing is taken in part: its sender is there, and chooses another one. Each is
    named by its file."""
    for name, result in zip(upload.pictures or (), results, strict=True):
        if not result.art:
            place = Place(FORM if upload.is_form else FILE, "pictures", sheet=name)
            yield Problem(result.key, place, result.values)


def _dated(pointer: DraftPointer, draft: Draft, offer: Offer | None) -> Draft:
    """With the dates of what is published, where it leaves them to that; else the draft itself."""
    if offer is None or not follows(pointer, draft.starts_ms, draft.ends_ms):
        return draft
    return replace(draft, starts_ms=offer.starts_ms, ends_ms=offer.ends_ms)


def _form(
    asked: Asked, pointer: DraftPointer, draft: Draft, offer: Offer | None
) -> Mapping[str, Any]:
    """What its forms begin with. `dates`, "published" where they are those of what is."""
    dated = _dated(pointer, draft, offer)
    form = forms.begins(dated, _zone(asked))
    return form if dated is draft else {**form, "dates": "published"}


def _as_shown(
    asked: Asked, pointer: DraftPointer, draft: Draft, offer: Offer | None
) -> Collection[str]:
    """The period as the form had it: of the draft, in the timezone of then, or of what is published
    now."""
    now = _dated(pointer, draft, offer)
    before = pointer.form.get("fields", {}).get("period", "")
    return {before, times.shown(now.starts_ms, now.ends_ms, _zone(asked))}


def _typed_anew(edit: forms.Typed, periods: Collection[str]) -> forms.Typed:
    """Without a period that stands as the form had it. It was written in the timezone of then: if
    the server's is another one now, reading it again would move it, and nobody typed that."""
    fields = {
        name: text for name, text in edit.fields.items() if name != "period" or text not in periods
    }
    return replace(edit, fields=fields)


def _zone(asked: Asked) -> tzinfo:
    """The server's."""
    return zones.zone(settings.game(asked.guild).timezone_for(asked.language))


def _arts(names: list[str], results: list[art.Result]) -> dict[str, str]:
    return {name: result.art for name, result in zip(names, results, strict=True)}


def _of_pictures(upload: unpack.Unpacked, results: list[art.Result]) -> Iterator[Note]:
    """What is to be said of the pictures that came."""
    named = list(zip(upload.pictures or (), results, strict=True))
    moving = [name for name, result in named if result.is_moving]
    if moving:
        yield Note("picture_moving", {"names": moving[:MOST_NAMED]})
    refused = [(name, result) for name, result in named if not result.art]
    for name, result in refused[:MOST_NAMED]:
        yield Note("picture_refused", {"name": name, "key": result.key, "values": result.values})
    if len(refused) > MOST_NAMED:
        yield Note("pictures_more_refused", {"count": len(refused) - MOST_NAMED})


def _refused(key: str, **values: Any) -> Refusal:
    return Refusal((Problem(key, Place(FILE), values),))
