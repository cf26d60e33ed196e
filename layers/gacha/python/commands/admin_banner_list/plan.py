"""What an admin sees of the server's banners, and does with one of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from adapters import banners, files
from adapters.tables import items, settings
from commands import decisions, drafts, previews, sure
from commands.admin_banner_list import show
from commands.admin_banner_list.show import Entry, Said
from commands.asked import Asked
from commands.decisions import Form, Recording, ServerDecided, Shown
from commands.events import Row
from commands.message import Content, Names
from gacha import kinds, server, shards, shared_box, snowflake, zones
from gacha.errors import GameError
from gacha.game import MAX_OFFERS, Game, Offer, Version, version_before
from gacha.making import compiling, preview, times
from gacha.making.cards import Cards
from gacha.making.draft import Draft
from gacha.making.problems import FORM, Place, Problem, Refusal
from gacha.making.stored import CARDS, CardsPointer, DraftPointer, draft_setting
from gacha.settings import first as first_settings

PAGE: Final = 25
"""Banners of a page of the list: as many as a select has."""
PICTURES: Final = 40
"""Pictures of a page: a message has room for the addresses of four galleries."""

Period = tuple[int | None, int | None]
"""Start and end in Unix milliseconds."""


def plan(asked: Asked, game: Game) -> ServerDecided:
    """What is shown is as of now. What is done is done to what somebody saw, or not at all."""
    return _Plan(asked, game).decided()


def recorded(row: Row) -> Said:
    return show.said(row["did"], row["banner"], dict(row["name"]), row["values"])


class _Begun(NamedTuple):
    """What the first change of a server's game settles: its `fields`, other `settings` that go with
    them, and what the `event` and the message (`given`) say of that."""

    fields: Mapping[str, Any]
    settings: tuple[server.Setting, ...]
    event: Mapping[str, Any]
    given: Mapping[str, Any]


class _Plan:
    """One press of an admin's."""

    def __init__(self, asked: Asked, game: Game) -> None:
        self._asked = asked
        self._game = game
        self._now = snowflake.created_ms(asked.interaction_id)
        self._banner = str(asked.options.get("banner", ""))
        self._offer = game.own(self._banner)

    def decided(self) -> ServerDecided:
        do = str(self._asked.options.get("do", "open" if self._banner else "list"))
        if self._banner and self._offer is None and not self._draft.file:
            return self._refused("gone")
        looks: Mapping[str, Callable[[], Content]] = {
            "list": self._list,
            "open": self._opened,
            "preview": self._preview,
            "sample": self._sample,
            "pictures": self._pictures,
        }
        if do in looks:
            return Shown(looks[do]())
        if do == "answer":
            return self._answered()
        if do == "discard":
            return self._discard()
        if not self._may_publish:
            return self._refused("not_manager")
        if do == "publish":
            return self._publish(*self._named_period())
        if do == "period":
            return self._period()
        return self._refused("not_offered") if self._offer is None else self._do(do, self._offer)

    def _do(self, do: str, offer: Offer) -> ServerDecided:
        if do == "back":
            return self._back(offer)
        if do == "remove":
            return self._remove()
        return self._change(do, offer)

    # --- what there is ----------------------------------------------------------------------------

    @cached_property
    def _draft(self) -> DraftPointer:
        return DraftPointer.read(settings.setting(self._asked.guild, draft_setting(self._banner)))

    @cached_property
    def _cards(self) -> CardsPointer:
        return CardsPointer.read(settings.setting(self._asked.guild, CARDS))

    @cached_property
    def _names(self) -> settings.Names:
        return settings.names(self._asked.guild) if self._game.offers else {}

    @cached_property
    def _versions(self) -> tuple[Version, ...]:
        return settings.versions(self._asked.guild, self._banner)

    @property
    def _may_publish(self) -> bool:
        """By Discord's permissions, for whom no roles are handed over, or as a manager. Editors,
        who come in by their role, see it and discard drafts."""
        roles, managers = self._asked.roles, self._game.managers
        return roles is None or (bool(managers) and managers in roles)

    def _name(self, banner: str = "") -> Names:
        """What members read, or what a draft is called."""
        banner = banner or self._banner
        known = self._names.get(banner)
        return dict(known) if known else _both(self._cards.drafts.get(banner, banner))

    def _entry(self, banner: str, offer: Offer | None) -> Entry:
        default = self._game.default_at(self._now)
        is_default = offer is not None and default is not None and default.id == banner
        return show.entry(self._name(banner), banner, self._state(offer), offer, is_default)

    def _state(self, offer: Offer | None) -> str:
        if offer is None:
            return "draft"
        if offer.ends_ms is not None and offer.ends_ms <= self._now:
            return "ended"
        if offer.is_hidden:
            return "hidden"
        return "open" if offer.is_open(self._now) else "planned"

    # --- looking ----------------------------------------------------------------------------------

    def _list(self) -> Content:
        offered = {each.id: each for each in self._game.offers}
        unpublished = [each for each in self._cards.drafts if each not in offered]
        ids = [*offered, *sorted(unpublished, key=lambda each: int(each.removeprefix("b")))]
        entries = [self._entry(each, offered.get(each)) for each in ids]
        entries.sort(key=lambda each: show.STATES.index(each["state"]))  # stable: in their order
        pages = max(1, -(-len(entries) // PAGE))
        page = min(int(self._asked.options.get("page", 0)), pages - 1)
        here = entries[page * PAGE : (page + 1) * PAGE]
        return show.listed(here, page, pages, has_sample=self._game.has_sample)

    def _opened(self) -> Content:
        offer, draft = self._offer, self._draft
        before = version_before(self._versions, offer.rules) if offer else None
        ids = [each.id for each in self._game.offers]
        return show.opened(
            self._entry(self._banner, offer),
            place=ids.index(self._banner) + 1 if offer else 0,
            places=len(ids),
            since=self._versions[-1].since_ms // 1000 if offer and self._versions else None,
            back=before.rules[: show.DIGITS] if before else "",
            draft=draft.version if draft.is_open else 0,
            by=draft.by,
            may_publish=self._may_publish,
        )

    def _preview(self) -> Content:
        draft = self._draft
        if not draft.is_open:
            return self._said("nothing_to_publish")
        if not draft.preview:
            return self._problems(draft)
        seen = self._seen()
        starts_ms, ends_ms = self._period_of(seen)
        return previews.preview(
            seen,
            starts_ms=starts_ms,
            ends_ms=ends_ms,
            before_ms=(self._offer.starts_ms, self._offer.ends_ms) if self._offer else None,
            draft=draft.version,
            by=draft.by,
            may_publish=self._may_publish,
        )

    def _sample(self) -> Content:
        draft = self._draft
        if not draft.is_open or not draft.preview:
            return self._said("nothing_to_publish")
        seen = self._seen()
        result = previews.sample(seen, self._look(seen), self._game, self._asked.admin)
        return show.sample(self._banner, result)

    def _pictures(self) -> Content:
        draft = self._draft
        if not draft.is_open or not draft.preview:
            return self._said("nothing_to_publish")
        arts = self._seen()["new_pictures"]
        pages = max(1, -(-len(arts) // PICTURES))
        page = min(int(self._asked.text("page")), pages - 1)
        shown = arts[page * PICTURES : (page + 1) * PICTURES]
        return show.pictures(self._banner, shown, page, pages)

    def _problems(self, draft: DraftPointer) -> Content:
        """Why it cannot be pulled yet, which is quickly found again."""
        read = Draft.read(files.get(files.DRAFTS, draft.file))
        made = compiling.compiled(read, Cards.read(files.get(files.CARDS, self._cards.file)))
        # Another draft may have changed the cards since: the next edit compiles it anew.
        written = made.written() if isinstance(made, Refusal) else {"problems": [], "more": 0}
        of = self._banner, self._name(), draft.version, draft.by
        return show.unready(*of, written, read.rule.kind)

    def _seen(self) -> dict[str, Any]:
        """The draft's preview, beside what members pull now."""
        seen: dict[str, Any] = json.loads(files.get(files.PREVIEWS, self._draft.preview))
        if seen["published"] != (self._offer.rules if self._offer else None):
            new = banners.load_version(self._asked.guild, self._banner, seen["banner"]["rules"])
            now = banners.offered(self._asked.guild, self._offer) if self._offer else None
            seen |= preview.beside(now, new)
        return seen

    def _look(self, seen: Mapping[str, Any]) -> Mapping[str, Any]:
        look: Mapping[str, Any] = json.loads(files.get(files.LOOKS, seen["banner"]["look"]))
        return look

    def _period_of(self, seen: Mapping[str, Any]) -> Period:
        """When it would be open: as its draft says, or as what is published is."""
        own = seen["banner"]["starts_ms"], seen["banner"]["ends_ms"]
        if self._offer is not None and drafts.follows(self._draft, *own):
            return self._offer.starts_ms, self._offer.ends_ms
        return own

    # --- drafts -----------------------------------------------------------------------------------

    def _stale(self, version: int) -> Shown | None:
        """Why nothing is done to a draft of which somebody saw this version."""
        draft = self._draft
        if draft.version != version:
            return self._overtaken("draft_changed" if draft.is_open else "draft_closed")
        return None if draft.is_open else self._refused("nothing_to_publish")

    def _overtaken(self, sentence: str) -> Shown:
        """Whose change was first; of one's own, that it was sent already."""
        by = self._draft.by
        own = "_own" if by == self._asked.admin else ""
        return self._refused(f"{sentence}{own}", outcome="stale", by=by)

    def _answered(self) -> ServerDecided:
        """What the workshop made of an answer to a question of the preview."""
        made = drafts.manifest(self._asked.interaction_id)
        if made is None:
            return self._refused("failed")
        if made.refusal is not None:
            return self._refused("answer_refused", problems=list(made.refusal["problems"]))
        draft, cards = self._draft, self._cards
        if draft.version != made.draft_version:
            return self._overtaken("draft_changed")
        if cards.version != made.cards_version:
            return self._refused("cards_changed", outcome="stale")
        changed = drafts.moved(self._asked, kinds.BANNER, made, cards, draft).settings
        return self._recording("answered", self._name(), settings_=changed)

    def _discard(self) -> ServerDecided:
        draft = self._draft
        if stale := self._stale(int(self._asked.text("draft"))):
            return stale
        if not sure.is_(self._asked):
            again = f"discard:{self._banner}:{draft.version}:yes"
            return self._ask("ask_discard_changes" if draft.published else "ask_discard", again)
        after = draft.discarded(self._asked.admin)
        cards = self._cards.changed()
        if not after.file:
            rest = {name: each for name, each in cards.drafts.items() if name != self._banner}
            waiting = {of: each for of, each in cards.imports.items() if each != self._banner}
            cards = replace(cards, drafts=rest, imports=waiting)
        if cards.latest == self._banner:  # a form opens with what it is about now
            latest = self._banner if after.file else next(iter([*cards.drafts][::-1]), "")
            cards = replace(cards, latest=latest, form=self._form_of(latest, after))
        changed = self._pointers(after, cards)
        return self._recording("discarded", self._name(), settings_=changed)

    def _form_of(self, banner: str, after: DraftPointer) -> Mapping[str, Any]:
        """What the forms of a draft begin with."""
        if banner in ("", self._banner):
            return after.form
        row = settings.setting(self._asked.guild, draft_setting(banner))
        return DraftPointer.read(row).form

    def _named_period(self) -> tuple[Period | None]:
        """The period that a button names; none where it is the draft's own."""
        if "first" not in self._asked.options:
            return (None,)
        minutes = (self._asked.text(each) for each in ("first", "last"))
        starts_ms, ends_ms = (int(each) * 60_000 if each else None for each in minutes)
        return ((starts_ms, ends_ms),)

    def _publish(self, period: Period | None) -> ServerDecided:
        draft = self._draft
        if stale := self._stale(int(self._asked.text("draft"))):
            return stale
        if not draft.preview:
            return Shown(self._problems(draft), "refused")
        seen = self._seen()
        if seen["questions"]:
            return self._refused("questions_open")
        starts_ms, ends_ms = period or self._period_of(seen)
        if ends_ms is not None and ends_ms <= self._now:
            when = f"when:{self._banner}:{draft.version}::"
            return self._refused("over", opens=when)
        look = self._look(seen)
        has_pictures = bool(look.get("picture") or look.get("cards"))
        needs_rights = has_pictures and not self._cards.rights
        if needs_rights and not sure.is_(self._asked):
            return self._ask("ask_rights", self._publish_id(draft, period))
        offer = replace(
            self._offer or Offer(self._banner, ""),
            rules=seen["banner"]["rules"],
            look=seen["banner"]["look"],
            starts_ms=starts_ms,
            ends_ms=ends_ms,
            sizes=tuple(size for size, _ in previews.prices(seen["banner"])),
            is_shared="shared" in seen["banner"],
        )
        after = self._published(offer)
        if isinstance(after, Shown):
            return after
        cards = self._cards.changed(
            rights=self._asked.admin if needs_rights else self._cards.rights
        )
        changed = self._pointers(draft.once_published(self._asked.admin), cards)
        begun = self._begun()
        after = replace(after, **begun.fields)
        changed += begun.settings
        did = "published_again" if self._offer else "published"
        if not offer.is_open(self._now):
            did = "planned"
        name = seen["banner"]["name"]
        given = {**_times(offer), **begun.given}
        noted = self._noted(offer)
        made = self._recording(did, name, after, changed, given, noted, look, begun.event)
        # Not in the ledger's row: they are shown once, and not when it is announced again.
        arts = self._new_pictures(look)[: show.MOST_SHOWN]
        return made._replace(content={**made.content, "pictures": arts}) if arts else made

    def _begun(self) -> _Begun:
        """The first change of a server's game settles the language and the timezone, as it does
        among the settings, where they are not those of every new server."""
        game = self._game
        first = {} if game.version else first_settings(self._asked.language)
        fields = {name: value for name, value in first.items() if value != getattr(game, name)}
        if not fields:
            return _Begun({}, (), {}, {})
        before = {name: getattr(game, name) for name in fields}
        also: tuple[server.Setting, ...] = ()
        if "timezone" in fields:
            economy = settings.economy(self._asked.guild)
            economy = economy.with_clock_changed(game, self._now).changed()
            also = (server.Setting(settings.ECONOMY, economy.version, economy.written()),)
        return _Begun(
            fields, also, {"before": before, "after": fields}, {"timezone": first["timezone"]}
        )

    def _new_pictures(self, look: Mapping[str, Any]) -> list[str]:
        """Those of a look that is published which members do not see yet."""
        known = set(_arts(banners.look(self._offer))) if self._offer else set()
        return [art for art in dict.fromkeys(_arts(look)) if art not in known]

    def _publish_id(self, draft: DraftPointer, period: Period | None) -> str:
        minutes = "" if period is None else f":{_minutes(period)}"
        return f"publish:{self._banner}:{draft.version}{minutes}:yes"

    def _published(self, offer: Offer) -> Game | Shown:
        """The game with it, if it has room. That its file is there was seen when it was compiled;
        a pull must never find that it is gone."""
        banners.offered(self._asked.guild, offer)
        try:
            after = self._game.published(offer, self._now)
            after.written()
        except GameError:
            is_full = self._offer is None and len(self._game.offers) == MAX_OFFERS
            return self._refused("too_many" if is_full else "too_large", most=MAX_OFFERS)
        return after

    def _noted(self, offer: Offer) -> items.Item:
        """The banner's versions, once it is published."""
        guild, before = self._asked.guild, self._versions
        return settings.put_versions(
            guild, self._banner, before, offer.rules, self._now, offer.look
        )

    # --- what is published ------------------------------------------------------------------------

    def _period(self) -> ServerDecided:
        """A form of when it is open, for what is published, or for a draft that is to be."""
        of, seen = self._asked.text("of"), self._asked.text("seen")
        typed = {each: str(self._asked.options.get(each, "")) for each in ("starts", "ends")}
        form = Form({"banner": self._banner, **typed})
        if of == "draft" and (stale := self._stale(int(seen, 10) if seen.isdecimal() else 0)):
            return stale
        offer = self._offer
        if of == "offer" and offer is None:
            return self._refused("not_offered")
        period = self._read_period(typed)
        if of == "offer" and offer is not None and offer.period_hash != seen:
            if isinstance(period, times.Period) and _is_period_of(offer, period):
                return self._refused("is_so")  # it was sent before
            again = f"again:offer:{self._banner}:{offer.period_hash}"
            return self._refused("period_changed", outcome="stale", opens=again, form=form)
        if not isinstance(period, times.Period):
            again = f"again:{of}:{self._banner}:{seen}"
            return self._refused("period_refused", opens=again, form=form, problems=period)
        if of == "draft":
            asked = self._asked._replace(options={**self._asked.options, "draft": seen})
            self._asked = asked
            return self._publish((period.starts_ms, period.ends_ms))
        assert offer is not None
        moved = replace(offer, starts_ms=period.starts_ms, ends_ms=period.ends_ms)
        was_over = self._state(offer) == "ended"
        did = "rerun" if was_over and self._state(moved) != "ended" else "dated"
        return self._recording(did, self._name(), self._game.with_offer(moved), given=_times(moved))

    def _read_period(self, typed: Mapping[str, str]) -> times.Period | list[dict[str, Any]]:
        """Or all that is wrong with it, as problems are written."""
        zone = zones.zone(self._game.timezone_for(self._asked.language))
        fields = typed["starts"], typed["ends"], self._now, zone
        try:
            return times.between(*fields)
        except times.PeriodError as error:
            wrong = times.faults(*fields) or [("period", error)]
            return [
                Problem(each.problem, Place(FORM, field), each.values).written()
                for field, each in wrong
            ]

    def _change(self, do: str, offer: Offer) -> ServerDecided:
        """One of the small things. Who presses twice does it once."""
        game, banner = self._game, self._banner
        if do == "default":
            if game.default == banner:
                return self._refused("is_so")
            return self._recording("default", self._name(), game.changed(default=banner))
        if do == "end":
            if self._state(offer) == "ended":
                return self._refused("is_so")
            over = game.with_offer(replace(offer, ends_ms=self._now))
            has_points = banners.offered(self._asked.guild, offer).exchange is not None
            given: dict[str, Any] = {"points": int(has_points)}
            if not sure.is_(self._asked):
                return self._ask("ask_end", f"end:{banner}:yes", **given, **self._without(over))
            return self._recording("ended", self._name(), over, given=given)
        if do in ("hide", "unhide"):
            if offer.is_hidden == (do == "hide"):
                return self._refused("is_so")
            other = game.with_offer(replace(offer, is_hidden=do == "hide"))
            if do == "hide" and not sure.is_(self._asked):
                return self._ask("ask_hide", f"hide:{banner}:yes", **self._without(other))
            did = "hidden" if do == "hide" else "unhidden"
            return self._recording(did, self._name(), other)
        after = game.moved(banner, -1 if do == "up" else 1)
        if after.offers == game.offers:
            return self._refused("is_so")
        place = [each.id for each in after.offers].index(banner) + 1
        given = {"place": place, "places": len(after.offers)}
        return self._recording("moved", self._name(), after, given=given)

    def _without(self, after: Game) -> Mapping[str, Any]:
        """What members pull once this one cannot be pulled any more, if that is another thing."""
        before, then = (each.default_at(self._now) for each in (self._game, after))
        if then is not None and before is not None and then.id == before.id:
            return {}
        if then is None:
            return {} if before is None else {"after": "after_none", "next": self._name()}
        return {"after": "after_default", "next": self._name(then.id)}

    def _back(self, offer: Offer) -> ServerDecided:
        """To the version before; its counts are compared as those of a draft are."""
        before = version_before(self._versions, offer.rules)
        wanted = self._asked.text("rules")
        if before is None or before.rules[: show.DIGITS] != wanted:
            return self._refused("is_other", outcome="stale")
        older = banners.load_version(self._asked.guild, self._banner, before.rules)
        if not sure.is_(self._asked):
            now = banners.offered(self._asked.guild, offer)
            beside = previews.beside(preview.beside(now, older))
            again = f"back:{self._banner}:{wanted}:yes"
            return self._ask("ask_back", again, beside=beside, since=before.since_ms // 1000)
        changed = replace(
            offer,
            rules=before.rules,
            look=before.look or offer.look,
            sizes=shared_box.at_once(older),
            is_shared=older.shared is not None,
        )
        after = self._published(changed)
        if isinstance(after, Shown):
            return after
        noted, look = self._noted(changed), banners.look(changed)
        return self._recording("back", dict(older.name), after, noted=noted, look=look)

    def _remove(self) -> ServerDecided:
        """It is a draft again, and its place is free."""
        draft, offer = self._draft, self._offer
        if offer is not None and offer.takes_points(self._now):
            banner = banners.offered(self._asked.guild, offer)
            if banner.exchange is not None and not banner.carry_over:
                until_ms = offer.exchange_ends_ms
                if until_ms is None:
                    return self._refused("exchange_open")
                return self._refused("exchange_open_until", until=until_ms // 1000)
        if not sure.is_(self._asked):
            after_it = self._without(self._game.without(self._banner))
            return self._ask("ask_remove", f"remove:{self._banner}:yes", **after_it)
        after = draft.changed(by=self._asked.admin, published={})
        name = self._name()
        named = {**self._cards.drafts, self._banner: name["ja"]}
        changed = self._pointers(after, self._cards.changed(drafts=named))
        return self._recording("removed", name, self._game.without(self._banner), changed)

    # --- what comes of it -------------------------------------------------------------------------

    def _pointers(self, draft: DraftPointer, cards: CardsPointer) -> tuple[server.Setting, ...]:
        name = draft_setting(self._banner)
        return (
            server.Setting(CARDS, cards.version, cards.content()),
            server.Setting(name, draft.version, draft.content()),
        )

    def _recording(
        self,
        did: str,
        name: Names,
        game: Game | None = None,
        settings_: tuple[server.Setting, ...] = (),
        given: Mapping[str, Any] | None = None,
        noted: items.Item | None = None,
        look: Mapping[str, Any] | None = None,
        also_settled: Mapping[str, Any] = MappingProxyType({}),
    ) -> Recording:
        """`look`: of what is published with it, whose amounts of shards the ledger keeps, so that
        the audit can say of each duplicate and purchase that they were the server's.
        `also_settled`: settings that it moves."""
        event = {
            "kind": kinds.BANNER,
            "by": self._asked.admin,
            "did": did,
            "banner": self._banner,
            "name": dict(name),
            "values": dict(given or {}),
            **({} if look is None else {"amounts": shards.amounts(look)}),
            **also_settled,
        }
        change = server.Change(self._asked.guild, event, game, settings_)
        names = None if game is None else {**self._names, self._banner: dict(name)}
        recording = decisions.recording_of_server(self._asked, change, recorded, names)
        also = [] if noted is None else [noted]
        return recording._replace(transaction=[*recording.transaction, *also])

    def _ask(
        self, question: str, again: str, beside: previews.Beside | None = None, **given: Any
    ) -> Shown:
        """Nothing yet: whoever presses the button says that they are sure."""
        name = self._name()
        return Shown(show.asking(question, self._banner, name, again, given, beside))

    def _refused(
        self,
        sentence: str,
        outcome: str = "refused",
        opens: str = "",
        form: Form | None = None,
        problems: list[dict[str, Any]] | None = None,
        **given: Any,
    ) -> Shown:
        said = show.said(sentence, self._banner, self._name(), given, opens, problems)
        return Shown(said, outcome, form)

    def _said(self, sentence: str) -> Said:
        return show.said(sentence, self._banner, self._name(), {})


def _arts(look: Mapping[str, Any]) -> list[str]:
    own = [look["picture"]] if "picture" in look else []
    return [*own, *look.get("cards", {}).values()]


def _is_period_of(offer: Offer, period: times.Period) -> bool:
    return (offer.starts_ms, offer.ends_ms) == (period.starts_ms, period.ends_ms)


def _both(name: str) -> Names:
    return dict.fromkeys(("ja", "en"), name)


def _minutes(period: Period) -> str:
    return ":".join("" if at_ms is None else str(at_ms // 60_000) for at_ms in period)


def _times(offer: Offer) -> dict[str, int]:
    """Start and end in Unix seconds, those that there are."""
    times_ms = {"starts": offer.starts_ms, "ends": offer.ends_ms}
    return {name: at_ms // 1000 for name, at_ms in times_ms.items() if at_ms is not None}
