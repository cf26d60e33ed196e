"""Codes that are made once an admin is sure, or ended.

No code stands in a state, a row or a log in a form that whoever reads those could use: generated
ones follow from the stack's secret, so they are made again whenever they are to be shown; a word is
stored as its HMAC, and as it was typed, sealed; and what is shown is handed over sealed.
"""

from __future__ import annotations

from typing import Any, Final

from adapters import seeds
from adapters.tables import claims, settings
from adapters.unsealing import sealed, unsealed
from commands import decisions, giving, rewards, sure
from commands.admin_code_new.show import Asking, Done
from commands.asked import Asked
from commands.decisions import ServerDecided, Shown
from commands.events import Row
from gacha import codes, kinds, server, snowflake
from gacha.codes import Campaign, Index
from gacha.game import Game
from gacha.presents import Gift
from gacha.pulling import Refusal

_MOST: Final = 1_000
"""Claims of a shared code where nobody says how many."""

_MOST_NAMED: Final = 10
"""Signs of a word that are named where it is refused."""


def plan(asked: Asked, game: Game) -> ServerDecided:
    if "do" in asked.options:
        return _end(asked) if asked.text("do") == "end" else _show(asked)
    return _make(asked) if "seen" in asked.options else _ask(asked, game)


def _ask(asked: Asked, game: Game) -> ServerDecided:
    """Nothing yet: what is to be made."""
    gift = giving.gift(asked, game)
    if isinstance(gift, Refusal):
        return gift
    singles = int(asked.options.get("singles", 0))
    if singles and {"claims", "word"} & asked.options.keys():
        return Refusal("shared_or_single", {})
    word = asked.text("word") if "word" in asked.options else ""
    index = _index(asked)
    if refused := _full(asked, index) or (_refused_word(asked, word) if word else None):
        return refused
    values: dict[str, Any] = {
        "gift": gift.written(),
        "note": asked.text("note"),
        "days": asked.number("days"),
        "most": singles or int(asked.options.get("claims", _MOST)),
        "singles": singles,
        "word": word,
        "after": index.next_number,
    }
    form, seen = sure.form(values)
    asking: Asking = {
        "kind": "admin code new",
        "view": "ask",
        "goods": rewards.of_gift(gift),
        "note": values["note"],
        "days": values["days"],
        "most": values["most"],
        "singles": singles,
        "own": bool(word),
        "codes": word,
        "weak": bool(word) and codes.is_guessable(unsealed(word) or ""),
        "pledge": not giving.is_pledged(asked.guild),
        "again": f"make:{seen}",
    }
    return Shown(asking, "asked", form)


def _index(asked: Asked) -> Index:
    return Index.read(settings.setting(asked.guild, codes.INDEX))


def _full(asked: Asked, index: Index) -> Refusal | None:
    if len(index.at(snowflake.created_ms(asked.interaction_id))) >= codes.MOST_OPEN:
        return Refusal("too_many_codes", {"most": codes.MOST_OPEN})
    return None if index.next_number <= codes.MOST_CAMPAIGNS else Refusal("no_more_codes", {})


def _refused_word(asked: Asked, word: str) -> Refusal | None:
    """Why a word cannot be a code."""
    typed = unsealed(word) or ""
    if signs := codes.unusable(typed):
        return Refusal("word_signs", {"signs": " ".join(signs[:_MOST_NAMED])})
    length = len(codes.folded(typed))
    if not codes.LEAST_OWN <= length <= codes.MOST_OWN:
        bounds = {"least": codes.LEAST_OWN, "most": codes.MOST_OWN}
        return Refusal("word_length", {"length": length, **bounds})
    led = settings.setting(asked.guild, _word_setting(asked, word))
    if led is not None:
        row = settings.setting(asked.guild, codes.setting(led["campaign"]))
        if row is not None and Campaign.read(row).is_open(
            snowflake.created_ms(asked.interaction_id)
        ):
            return Refusal("word_taken", {})
    return None


def _word_setting(asked: Asked, word: str) -> str:
    key = codes.key(seeds.secret())
    return codes.word_setting(key, asked.guild, codes.folded(unsealed(word) or ""))


def _make(asked: Asked) -> ServerDecided:
    values = sure.kept(asked)
    if isinstance(values, Refusal):
        return values
    index, word = _index(asked), values["word"]
    if refused := _full(asked, index) or (_refused_word(asked, word) if word else None):
        return refused
    now = snowflake.created_ms(asked.interaction_id)
    campaign = Campaign(
        id=index.next_id,
        gift=Gift.read(values["gift"]),
        note=values["note"],
        ends_ms=now + values["days"] * giving.DAY_MS,
        most=values["most"],
        by=asked.admin,
        made=asked.interaction_id,
        singles=values["singles"],
        is_own=bool(word),
        word=word,
    )
    changed = [*_settings(index.with_(campaign, now), campaign)]
    if word:
        name = _word_setting(asked, word)
        led = settings.setting(asked.guild, name) or {"version": 0}
        changed.append(server.Setting(name, led["version"] + 1, {"campaign": campaign.id}))
    is_first = not giving.is_pledged(asked.guild)
    if is_first:
        changed.append(giving.pledge(asked))
    event = _event(asked, "made", campaign) | ({"pledged": 1} if is_first else {})
    change = server.Change(asked.guild, event, None, tuple(changed))
    recording = decisions.recording_of_server(asked, change, recorded)
    also = [claims.begin(asked.guild, campaign.id), sure.done(asked)]
    return recording._replace(transaction=[*recording.transaction, *also])


def _open(asked: Asked) -> tuple[Index, Campaign] | Refusal:
    """The campaign that a button names, and the list of those that are open."""
    id_ = asked.text("campaign")
    found = claims.settings(asked.guild, [codes.INDEX, codes.setting(id_)])
    index = Index.read(found.get(codes.INDEX))
    now = snowflake.created_ms(asked.interaction_id)
    if codes.setting(id_) not in found or id_ not in index.at(now):
        return Refusal("not_open", {})
    return index, Campaign.read(found[codes.setting(id_)])


def _show(asked: Asked) -> ServerDecided:
    """The same codes once more, for who may make new ones: whoever lost the message that gave them
    need not end them."""
    opened = _open(asked)
    if isinstance(opened, Refusal):
        return opened
    _, campaign = opened
    return Shown(_done("shown", asked.guild, campaign))


def _end(asked: Asked) -> ServerDecided:
    opened = _open(asked)
    if isinstance(opened, Refusal):
        return opened
    index, campaign = opened
    if not sure.is_(asked):
        asking: Asking = {
            "kind": "admin code new",
            "view": "end",
            "goods": rewards.of_gift(campaign.gift),
            "note": campaign.note,
            "days": 0,
            "most": campaign.most,
            "singles": campaign.singles,
            "own": campaign.is_own,
            "codes": campaign.word,
            "weak": False,
            "pledge": False,
            "again": f"end:{campaign.id}:yes",
        }
        return Shown(asking)
    after = campaign.over(asked.admin)
    change = server.Change(
        asked.guild,
        _event(asked, "ended", after),
        None,
        _settings(index.without(campaign.id), after),
    )
    return decisions.recording_of_server(asked, change, recorded)


def _settings(index: Index, campaign: Campaign) -> tuple[server.Setting, ...]:
    return (
        server.Setting(codes.INDEX, index.version, index.content()),
        server.Setting(codes.setting(campaign.id), campaign.version, campaign.content()),
    )


def _event(asked: Asked, did: str, campaign: Campaign) -> dict[str, Any]:
    return {
        "kind": kinds.CAMPAIGN,
        "by": asked.admin,
        "did": did,
        "campaign": campaign.id,
        "gift": campaign.gift.written(),
        "note": campaign.note,
        "ends_ms": campaign.ends_ms,
        "most": campaign.most,
        "singles": campaign.singles,
        "own": int(campaign.is_own),
    }


def recorded(row: Row) -> Done:
    campaign = Campaign(
        id=row["campaign"],
        gift=Gift.read(row["gift"]),
        note=row["note"],
        ends_ms=row["ends_ms"],
        most=row["most"],
        by=row["by"],
        made=row["interaction_id"],
        singles=row["singles"],
        is_own=bool(row["own"]),
    )
    return _done(row["did"], row["guild_id"], campaign)


def _done(view: str, guild_id: str, of: Campaign) -> Done:
    """What a message says of it. The codes are made again of what the campaign says, and sealed for
    Announce; of a word that somebody has just typed, nothing is said."""
    has_codes = view == "shown" or (view == "made" and not of.is_own)
    return {
        "kind": "admin code new",
        "view": view,
        "campaign": of.id,
        "goods": rewards.of_gift(of.gift),
        "note": of.note,
        "ends": of.ends_ms // 1000,
        "most": of.most,
        "singles": of.singles,
        "own": of.is_own,
        "codes": _sealed(guild_id, of) if has_codes else "",
    }


def _sealed(guild_id: str, of: Campaign) -> str:
    if of.is_own:
        return of.word
    key, numbers = codes.key(seeds.secret()), range(1, of.singles + 1) or (0,)
    made = (codes.generated(key, guild_id, of.id, of.made, number) for number in numbers)
    return sealed("\n".join(map(codes.spaced, made)))
