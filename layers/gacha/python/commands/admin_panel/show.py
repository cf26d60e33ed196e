"""The panel: a banner's name, picture and description, until when and at what price, and buttons.

Its custom ids name the banner and nothing of whoever used the command, so that a press by anybody
is a pull of their own, for as long as the message stays.
"""

from __future__ import annotations

from typing import Final, Literal, TypedDict

from commands import kit, pull_buttons
from commands.admin_panel.texts import say
from commands.described import Described, facts, is_shared, to_pull
from commands.kit import Body, Component, Picture
from commands.message import Content, parsed

_AMBER: Final = 0xE0A030


class Look(TypedDict, total=False):
    """What the banner's owner chose: the `picture` by its hash, or its foremost card's; a
    `description` as Discord's Markdown, the `colour` of the highest rarity as 24 bits of RGB.
    `is_new`: it was posted just now, and not drawn anew."""

    picture: str
    description: str
    colour: int
    is_new: bool


class Panel(Look):
    """`starts`: when it will be open, in Unix seconds; None where it is, or `is_over`. `mark` tells
    later whether the panel is outdated (`Offer.mark_at`)."""

    kind: Literal["admin panel"]
    banner: Described
    starts: int | None
    is_over: bool
    mark: str


class Pledging(TypedDict):
    """What is asked before the server's first panel, code or present: `pledge` is the banner of
    which there will be a panel."""

    kind: Literal["admin panel"]
    pledge: str


def more(content: Content, lang: str) -> list[Body]:
    """How it is changed, to whom posted it alone, and to whoever pressed one that was out of date
    why nothing was drawn: the panel itself is for members."""
    if content["kind"] == "text" or "pledge" in content:
        return []
    if "is_new" not in content:
        return [kit.layout(kit.display(say(lang, "drawn_anew")))]
    banner = content["banner"]["id"]
    words = [say(lang, "made"), say(lang, "has_look" if "picture" in content else "no_look")]
    look = kit.button(say(lang, "look"), f"admin banner new:look:{banner}")
    own = kit.rows([look]) if banner.startswith("b") and banner[1:].isdecimal() else []
    return [kit.layout(kit.display("\n".join(words)), *own)]


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    if "pledge" in content:
        confirm = kit.button(say(lang, "confirm"), f"admin present new:pledge:{content['pledge']}")
        # What may take its place is a sentence, which no message that was laid out turns into.
        embed = {"color": _AMBER, "description": say(lang, "pledge")}
        return kit.body(embeds=[embed], components=kit.rows([confirm]))
    panel = parsed(Panel, content)
    banner = panel["banner"]
    parts: list[Component] = [kit.display(f"## {kit.in_language(banner['name'], lang)}")]
    if description := panel.get("description"):
        parts.append(kit.display(description))
    if "picture" in panel:
        parts.append(kit.gallery([Picture(panel["picture"], banner["name"][lang])]))
    starts = [] if panel["starts"] is None else [say(lang, "starts", starts=panel["starts"])]
    parts += [
        kit.display("\n".join([*starts, facts(banner, "until_when", lang, is_lasting=True)])),
        kit.separator(),
        kit.display(f"-# {say(lang, _how(panel))}"),
    ]
    pulls = [
        kit.button(
            pull_buttons.label(count, lang, is_shared=is_shared(banner)),
            f"pull:panel:{banner['id']}:{count}:{panel['mark']}",
        )
        for count, *_ in ([] if panel["is_over"] else to_pull(banner))
    ]
    rates = kit.button(say(lang, "rates"), f"rates:panel:{banner['id']}:{panel['mark']}")
    colour = panel.get("colour", kit.COLOURS[0])
    return kit.layout(kit.container(colour, *parts), *kit.rows([*pulls, rates]))


def _how(panel: Panel) -> str:
    """What is said of its buttons."""
    if panel["is_over"]:
        return "ended"
    return "how" if to_pull(panel["banner"]) else "sold_out"
