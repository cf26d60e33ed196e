"""A code that a player typed in. It touches no seed, whatever became of the player's epoch.

A wrong code, one whose time is over and one that was ended are one and the same to who has not
used it: the same sentence, and a try that counts.
"""

from __future__ import annotations

from typing import NamedTuple

from adapters import seeds
from adapters.logs import log
from adapters.tables import claims, items
from adapters.unsealing import unsealed
from commands import decisions, rewards
from commands.asked import Asked
from commands.code.show import Used
from commands.decisions import Decided, Shown
from commands.events import Row
from commands.message import Content, text
from commands.pullable import once_given, since_given
from gacha import codes, presents, purse, snowflake
from gacha.codes import Campaign, Tries
from gacha.game import Game
from gacha.player import Player
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    now = snowflake.created_ms(asked.interaction_id)
    word = codes.folded(unsealed(asked.text("text")) or "")
    key = codes.key(seeds.secret())
    led = codes.word_setting(key, asked.guild, word)
    mine = codes.tries_setting(asked.user_id)
    windows = [codes.server_tries_setting(now - back) for back in (0, codes.WINDOW_MS)]
    found = claims.settings(asked.guild, [mine, *windows, led])
    tries = Tries.read(found.get(mine))
    most = _most(asked, [found[each]["made"] for each in windows if each in found])
    if again_ms := tries.again_ms(now, most):
        return Refusal("too_many_tries", {"again": -(-again_ms // 1000)})
    own = str(found[led]["campaign"]) if led in found else ""
    code = _code(asked, key, word, own)
    if code is not None and code.used_by == current.key:
        return Refusal("already_used", {})
    if code is None or not code.campaign.is_open(now):
        kept = claims.tried(asked.guild, asked.user_id, tries, now)
        if current.is_new:
            kept.append(decisions.noting(asked, asked.user_id))
        left = most - len(tries.lately(now)) - 1
        said = text("no_such_code", left=left) if left else text("no_such_code_last")
        return Shown(said, "refused", kept=kept)
    if code.used_by:
        return Refusal("used_by_another", {})
    if code.taken >= code.campaign.most:
        return Refusal("all_claimed", {"most": code.campaign.most})
    return _use(asked, current, game, code, tries)


def _most(asked: Asked, counts: list[int]) -> int:
    """Wrong tries that a player has. Where too many came from the whole server everybody has fewer,
    but a right code counts all the same: nobody can lock the others out."""
    if max(counts, default=0) < codes.SERVER_TRIES:
        return codes.TRIES
    log("too many wrong codes", level="WARNING", guild_id=asked.guild, counts=counts)
    return codes.TRIES_OF_SLOWED


class _Code(NamedTuple):
    """A code that there is. `whose` is what its claim is noted under, `used_by` whose player's row
    has that claim already, empty for nobody; `taken` how often the campaign was claimed."""

    campaign: Campaign
    number: int
    whose: str
    used_by: str
    taken: int


def _code(asked: Asked, key: bytes, word: str, own: str) -> _Code | None:
    """`own`: the campaign to which the word of an admin's leads."""
    id_ = own or codes.tagged(word)
    if id_ is None:
        return None
    names = [codes.setting(id_), codes.counter_setting(id_)]
    of_user = presents.claim_setting(id_, asked.user_id)
    found = claims.settings(asked.guild, [*names, of_user])
    if codes.setting(id_) not in found:
        return None
    campaign = Campaign.read(found[codes.setting(id_)])
    number: int | None = 0
    if not own:
        number = None if campaign.is_own else campaign.number(key, asked.guild, word)
    if number is None:
        return None
    whose = str(number) if campaign.singles else asked.user_id
    claim = found.get(of_user)
    if campaign.singles:
        of_code = presents.claim_setting(id_, whose)
        claim = claims.settings(asked.guild, [of_code]).get(of_code)
    used_by = claim["user_id"] if claim else ""
    return _Code(campaign, number, whose, used_by, found[codes.counter_setting(id_)]["taken"])


def _use(asked: Asked, current: Player, game: Game, code: _Code, tries: Tries) -> Decided:
    campaign = code.campaign
    try:
        change = codes.use(current, asked.interaction_id, campaign, code.number)
    except purse.TooManyLotsError:
        return Refusal("no_room", {"most": purse.MOST_LOTS})
    pulls = once_given(asked, game, change)
    recording = decisions.recording(asked, change, lambda row: {**_used(row), **pulls})
    also: list[items.Item] = [
        claims.put(asked.guild, campaign.id, code.whose, current.key, asked.interaction_id),
        claims.count(asked.guild, campaign.id, campaign.most),
        claims.untried(asked.guild, asked.user_id, tries),
    ]
    return recording._replace(transaction=[*recording.transaction, *also])


def recorded(row: Row) -> Content:
    return {**_used(row), **since_given(row)}


def _used(row: Row) -> Used:
    return {
        "kind": "code",
        "note": row["note"],
        "goods": rewards.of_event(row, row.get("names", {})),
        "balance": row["balance"],
    }
