"""What a player keeps to check their draws with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Literal, TypedDict

from commands import kit
from commands.fair_show.texts import say
from commands.kit import Body
from commands.message import Content, Names, parsed
from commands.sentences import code


class Version(TypedDict):
    """A banner's version that is drawn from now."""

    banner: Names
    banner_hash: str


class Fair(TypedDict):
    """`next` is the next epoch's commitment, `last` the last receipt's hash, empty before one."""

    kind: Literal["fair"]
    epoch: int
    nonce: int
    commitment: str
    next: str
    client_seed: str
    last: str
    versions: Sequence[Version]


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    fair = parsed(Fair, content)
    values = {
        "epoch": say(lang, "epoch_value", epoch=fair["epoch"], nonce=fair["nonce"]),
        "commitment": f"`{fair['commitment']}`",
        "next": f"`{fair['next']}`",
        "client_seed": _client_seed(fair["client_seed"]),
        "last": f"`{fair['last']}`" if fair["last"] else say(lang, "none"),
    }
    fields = [{"name": say(lang, name), "value": value} for name, value in values.items()]
    versions = [
        f"`{each['banner_hash'][: kit.VERSION]}` {kit.in_language(each['banner'], lang)}"
        for each in fair["versions"]
    ]
    if versions:
        why = say(lang, "versions_why")
        space = kit.MAX_FIELD - len(why) - 1
        listed = kit.fitting(versions, space, lambda left: say(lang, "versions_left", left=left))
        fields.append({"name": say(lang, "versions"), "value": "\n".join([*listed, why])})
    embed = {"title": say(lang, "title"), "color": kit.INFO_COLOUR, "fields": fields}
    return kit.body(embeds=[embed])


def _client_seed(client_seed: str) -> str:
    """With its SHA-256 where the verifiers show that, too: where another could look the same."""
    if re.fullmatch(r"[!-~]+( [!-~]+)*", client_seed) and len(client_seed) <= 100:
        return code(client_seed)
    digest = hashlib.sha256(client_seed.encode()).hexdigest()
    return f"{code(client_seed)}\nSHA-256 `{digest}`"
