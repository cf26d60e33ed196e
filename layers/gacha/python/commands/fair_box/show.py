"""How a box stands, and what somebody keeps to check it with; beside the file of one that has
ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from commands import kit
from commands.fair_box.texts import say
from commands.kit import Body
from commands.message import Content, Names, parsed


class Made(TypedDict, total=False):
    receipts: int


class Ended(Made):
    """A box that has ended: what the asker is called in it, by which key, and the seeds of its
    epochs. `receipts`: how many there are, once the file is made."""

    box: str
    number: int
    buyer: str
    key: str
    epochs: Sequence[Mapping[str, Any]]


class WithFile(TypedDict, total=False):
    ended: Ended


class Told(WithFile):
    """The box that was asked for, else that from which tickets are drawn, or were drawn last.
    `head`: its last receipt's hash, empty before one. `buyer`, `client`: what stands for the asker,
    and for their client seed, in it; `key`: by which. `ended`: the one whose file goes with it."""

    kind: Literal["fair box"]
    banner: Names
    banner_hash: str
    number: int
    sold: int
    tickets: int
    is_over: bool
    commitment: str
    head: str
    buyer: str
    key: str
    client: str


def plain(content: Content, lang: str, _receipt_number: str, space: int) -> str:
    """What is to be kept of it."""
    told = parsed(Told, content)
    name = kit.in_language(told["banner"], lang)
    kept = say(lang, "kept", number=told["number"], commitment=told["commitment"])
    return f"{kit.cut(name, space - kit.length(kept) - 1)}\n{kept}"


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    told = parsed(Told, content)
    name = kit.in_language(told["banner"], lang)
    state = "state_over" if told["is_over"] else "state_open"
    values = {
        "box_title": say(
            lang, state, number=told["number"], sold=told["sold"], stock=told["tickets"]
        ),
        "commitment_title": f"`{told['commitment']}`",
        "version_title": f"`{told['banner_hash'][: kit.VERSION]}`",
        "head_title": f"`{told['head']}`" if told["head"] else say(lang, "none"),
        "own_title": say(lang, "own_ids", buyer=told["buyer"], client=told["client"]),
        "key_title": f"||`{told['key']}`||\n{say(lang, 'key_why')}",
    }
    if (ended := told.get("ended")) is not None:
        is_same = ended["buyer"] == told["buyer"]
        said = say(lang, "file", number=ended["number"], receipts=ended.get("receipts", 0))
        if not ended.get("receipts", 1):
            said = say(lang, "file_of_none", number=ended["number"])
        elif not is_same:
            said += f"\n{say(lang, 'own_there', buyer=ended['buyer'], key=ended['key'])}"
        values["ended_title"] = said
    fields = [{"name": say(lang, key), "value": value} for key, value in values.items()]
    embed = {"title": say(lang, "title", banner=name), "color": kit.INFO_COLOUR, "fields": fields}
    return kit.body(embeds=[embed])
