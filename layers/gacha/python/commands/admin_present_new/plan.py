"""A present that is made once an admin is sure, or withdrawn; or what is confirmed before all."""

from __future__ import annotations

from typing import Any, Final

from adapters import banners
from adapters.tables import claims, settings
from commands import decisions, giving, offers, panels, rewards, sure
from commands.admin_present_new.show import Asking, Done, Pledged
from commands.asked import Asked
from commands.decisions import ServerDecided, Shown
from commands.events import Row
from gacha import kinds, presents, server, snowflake, zones
from gacha.game import Game
from gacha.making import times
from gacha.presents import Audience, Gift, Index, Present
from gacha.pulling import Refusal

_DAY_MS: Final = 24 * 60 * 60 * 1000


def plan(asked: Asked, game: Game) -> ServerDecided:
    do = str(asked.options.get("do", ""))
    if do == "pledge":
        return _pledge(asked, game)
    if do == "withdraw":
        return _withdraw(asked)
    return _send(asked) if "seen" in asked.options else _ask(asked, game)


def _ask(asked: Asked, game: Game) -> ServerDecided:
    """Nothing yet: what is to be sent, and to whom."""
    gift = giving.gift(asked, game)
    if isinstance(gift, Refusal):
        return gift
    audience = _audience(asked, game)
    if isinstance(audience, Refusal):
        return audience
    index = _index(asked)
    if full := _full(asked, index):
        return full
    values = {
        "gift": gift.written(),
        "message": asked.text("message"),
        "days": asked.number("days"),
        "to": list(audience),
        "after": index.next_number,
    }
    form, seen = sure.form(values)
    asking: Asking = {
        "kind": "admin present new",
        "view": "ask",
        "goods": rewards.of_gift(gift),
        "message": asked.text("message"),
        "days": asked.number("days"),
        "to": list(audience),
        "pledge": not giving.is_pledged(asked.guild),
        "again": f"send:{seen}",
    }
    return Shown(asking, "asked", form)


def _audience(asked: Asked, game: Game) -> Audience | Refusal:
    named = [each for each in ("user", "role", "before") if each in asked.options]
    if len(named) > 1:
        return Refusal("several_audiences", {})
    match named:
        case ["user"]:
            return Audience(presents.MEMBER, asked.text("user"))
        case ["role"]:
            role = asked.text("role")  # that of everybody has the server's id
            return Audience() if role == asked.guild else Audience(presents.ROLE, role)
        case ["before"]:
            return _before(asked, game)
    return Audience()


def _before(asked: Asked, game: Game) -> Audience | Refusal:
    now = snowflake.created_ms(asked.interaction_id)
    try:
        period = times.between(
            asked.text("before"), "", now, zones.zone(game.timezone_for(asked.language))
        )
    except times.PeriodError:
        return Refusal("no_date", {"date": asked.text("before")})
    if period.starts_ms is None or period.starts_ms > now + _DAY_MS:  # tomorrow: all until now
        return Refusal("no_date", {"date": asked.text("before")})
    return Audience(presents.BEFORE, str(period.starts_ms))


def _index(asked: Asked) -> Index:
    """What can be taken. A present to one member that is taken keeps its place only until another
    needs it: nobody can take it again."""
    index = Index.read(settings.setting(asked.guild, presents.INDEX))
    now = snowflake.created_ms(asked.interaction_id)
    if len(index.at(now)) < presents.MOST_OPEN:
        return index
    return index.less(claims.of_members(asked.guild, index.of_members(now)))


def _full(asked: Asked, index: Index) -> Refusal | None:
    if len(index.at(snowflake.created_ms(asked.interaction_id))) < presents.MOST_OPEN:
        return None
    return Refusal("too_many_presents", {"most": presents.MOST_OPEN})


def _send(asked: Asked) -> ServerDecided:
    values = sure.kept(asked)
    if isinstance(values, Refusal):
        return values
    index = _index(asked)
    if full := _full(asked, index):
        return full
    now = snowflake.created_ms(asked.interaction_id)
    present = Present(
        index.next_id,
        Gift.read(values["gift"]),
        values["message"],
        now + values["days"] * giving.DAY_MS,
        asked.admin,
        Audience(*values["to"]),
    )
    changed = index.with_(present, now)
    pledge = () if giving.is_pledged(asked.guild) else (giving.pledge(asked),)
    event = _event(asked, "made", present) | ({"pledged": 1} if pledge else {})
    change = server.Change(asked.guild, event, None, (*_settings(changed, present), *pledge))
    recording = decisions.recording_of_server(asked, change, recorded)
    return recording._replace(transaction=[*recording.transaction, sure.done(asked)])


def _withdraw(asked: Asked) -> ServerDecided:
    id_ = asked.text("present")
    now = snowflake.created_ms(asked.interaction_id)
    found = claims.settings(asked.guild, [presents.INDEX, presents.setting(id_)])
    index = Index.read(found.get(presents.INDEX))
    if presents.setting(id_) not in found or id_ not in index.at(now):
        return Refusal("not_open", {})
    present = Present.read(found[presents.setting(id_)])
    if not sure.is_(asked):
        asking: Asking = {
            "kind": "admin present new",
            "view": "withdraw",
            "goods": rewards.of_gift(present.gift),
            "message": present.message,
            "days": 0,
            "to": list(present.audience),
            "pledge": False,
            "again": f"withdraw:{id_}:yes",
            "takers": rewards.takers(*claims.takers(asked.guild, id_)),
        }
        return Shown(asking)
    after = present.taken_back(asked.admin)
    event = _event(asked, "withdrawn", after)
    change = server.Change(asked.guild, event, None, _settings(index.without(id_), after))
    return decisions.recording_of_server(asked, change, recorded)


def _pledge(asked: Asked, game: Game) -> ServerDecided:
    """What a panel waited for: it comes with this."""
    if giving.is_pledged(asked.guild):
        return Refusal("is_pledged", {})
    offer = offers.to_show(asked, banners.with_sample(game))
    if isinstance(offer, Refusal):
        return offer
    event = {"kind": kinds.GIFT, "by": asked.admin, "did": "pledged", "banner": offer.id}
    change = server.Change(asked.guild, event, None, (giving.pledge(asked),))
    return decisions.recording_of_server(asked, change, recorded)


def _settings(index: Index, present: Present) -> tuple[server.Setting, ...]:
    return (
        server.Setting(presents.INDEX, index.version, index.content()),
        server.Setting(presents.setting(present.id), present.version, present.content()),
    )


def _event(asked: Asked, did: str, present: Present) -> dict[str, Any]:
    return {
        "kind": kinds.GIFT,
        "by": asked.admin,
        "did": did,
        "present": present.id,
        "gift": present.gift.written(),
        "message": present.message,
        "to": list(present.audience),
        "ends_ms": present.ends_ms,
    }


def recorded(row: Row) -> Done | Pledged:
    if row["did"] == "pledged":
        return _pledged(row)
    return {
        "kind": "admin present new",
        "view": row["did"],
        "goods": rewards.of_gift(Gift.read(row["gift"])),
        "message": row["message"],
        "to": list(row["to"]),
        "ends": row["ends_ms"] // 1000,
    }


def _pledged(row: Row) -> Pledged:
    """The panel as of when it was confirmed, if its banner is still there."""
    game = banners.game(row["guild_id"])
    offer = game.offer(row["banner"])
    if offer is None:
        return {"kind": "admin present new", "view": "pledged"}
    made = snowflake.created_ms(row["interaction_id"])
    panel = panels.panel(game, offer, made, is_new=True)
    return {"kind": "admin present new", "view": "pledged", "panel": panel}
