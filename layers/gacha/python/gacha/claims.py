"""Checks what was taken of a server's presents and codes (I8): settings and ledger rows in,
findings out.

A claim and the player's row that it belongs to are written together. So each has the other; what
the row gave is what the present or code gives; and a campaign's count is that of its claims, which
its ceiling bounds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from . import codes, kinds, presents
from .codes import Campaign
from .player import NOBODY
from .presents import Present
from .purse import Reward

Row = Mapping[str, Any]

KINDS: Final = (kinds.PRESENT, kinds.CODE)
"""Of the players' events that take something."""

CLAIM: Final = "claim#"

NOBODYS: Final[Row] = {"user_id": NOBODY, "event": NOBODY}
"""What stands in a claim whose player was erased. It goes on counting."""


class Wrong(NamedTuple):
    """`player_key` and `key` (the ledger's, as text, or the setting) say where it is."""

    player_key: str
    key: str
    expected: str
    found: str


class Claim(NamedTuple):
    """What an event says that it took: of which present or campaign, under which name it is noted,
    and what it gave."""

    id: str
    whose: str
    reward: Reward

    @property
    def setting(self) -> str:
        return presents.claim_setting(self.id, self.whose)


def of_event(row: Row) -> list[Claim]:
    user_id = row["user_id"].partition("@")[0]
    if row["kind"] == kinds.CODE:
        whose = str(row["number"]) if "number" in row else user_id
        return [Claim(row["campaign"], whose, Reward.read(row))]
    return [Claim(each["id"], user_id, Reward.read(each)) for each in row["presents"]]


def check(
    taken: Iterable[Row], stored: Mapping[str, Row], erasing: Collection[str] = ()
) -> Iterator[Wrong]:
    """`taken` are the ledger rows of these kinds of all players of a server, `stored` its settings
    by name. Of players who are just being erased (`erasing` has their keys), one side may be gone.
    """
    noted = {name: row for name, row in stored.items() if name.startswith(CLAIM)}
    seen = {
        name
        for name, row in noted.items()
        if row["user_id"] in erasing or _is_nobodys(name, row, stored)
    }
    for row in taken:
        if row["user_id"] in erasing:
            continue
        for claim in of_event(row):
            yield from _noted(row, claim, noted.get(claim.setting), claim.setting in seen)
            yield from _gave(row, claim, stored)
            seen.add(claim.setting)
    for name in sorted(noted.keys() - seen):
        yield Wrong(noted[name]["user_id"], name, f"an event at {noted[name]['event']}", "none")
    yield from _counted(noted, stored)


def _is_nobodys(name: str, row: Row, stored: Mapping[str, Row]) -> bool:
    """Whether a claim is of somebody who was erased: of a code, since it counts, and under a name
    that is no user's, or a single code's number."""
    _, id_, whose = name.split("#")
    campaign = stored.get(codes.setting(id_))
    if campaign is None or {key: row[key] for key in NOBODYS} != NOBODYS:
        return False
    return whose.startswith(f"{NOBODY}-") or bool(Campaign.read(campaign).singles)


def _noted(row: Row, claim: Claim, noted: Row | None, is_again: bool) -> Iterator[Wrong]:
    player_key, key = row["user_id"], str(row["timestamp"])
    if is_again:
        yield Wrong(player_key, key, f"{claim.setting} once", "taken again")
    elif noted is None:
        yield Wrong(player_key, key, claim.setting, "no such claim")
    # A stored key has lost the zeros at its end, which the text of a claim keeps.
    elif (noted["user_id"], Decimal(noted["event"])) != (player_key, row["timestamp"]):
        whose = f"{noted['user_id']} at {noted['event']}"
        yield Wrong(player_key, key, f"{claim.setting} of this event", whose)


def _gave(row: Row, claim: Claim, stored: Mapping[str, Row]) -> Iterator[Wrong]:
    """It gave what it has to give, while it could be taken, and to whom it is for. Which roles
    somebody had, nobody keeps."""
    player_key, key = row["user_id"], str(row["timestamp"])
    is_code = row["kind"] == kinds.CODE
    name = (codes.setting if is_code else presents.setting)(claim.id)
    if name not in stored:
        yield Wrong(player_key, key, name, "no such setting")
        return
    of = Campaign.read(stored[name]) if is_code else Present.read(stored[name])
    expected = of.gift.reward(int(row["timestamp"]))
    if claim.reward != expected:
        yield Wrong(player_key, key, f"{claim.id} gives {expected}", str(claim.reward))
    if row["timestamp"] >= of.ends_ms:
        yield Wrong(player_key, key, f"{claim.id} before {of.ends_ms}", "taken later")
    if isinstance(of, Campaign):
        number = int(claim.whose) if "number" in row else 0
        if not bool(number) <= number <= of.singles or bool(number) != bool(of.singles):
            yield Wrong(player_key, key, f"one of {of.singles} single codes", str(number))
    elif of.audience.kind == presents.MEMBER and of.audience.value != claim.whose:
        yield Wrong(player_key, key, f"{claim.id} for {of.audience.value}", claim.whose)


def _counted(noted: Mapping[str, Row], stored: Mapping[str, Row]) -> Iterator[Wrong]:
    counted = Counter(name.split("#")[1] for name in noted)
    for name, row in sorted(stored.items()):
        if not name.startswith("code#"):
            continue
        campaign = Campaign.read(row)
        counter = codes.counter_setting(campaign.id)
        found = stored.get(counter, {}).get("taken")
        if found != counted[campaign.id]:
            yield Wrong("", counter, f"{counted[campaign.id]} claims", f"{found} counted")
        if counted[campaign.id] > campaign.most:
            yield Wrong("", name, f"{campaign.most} claims at most", str(counted[campaign.id]))
