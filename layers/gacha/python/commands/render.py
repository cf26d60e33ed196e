"""Turns a message into Discord's edit, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from commands import events, kit, registry
from commands.command import REPLY
from commands.message import Content, Text
from commands.sentences import Currency, paying_in

_COMMON: Final = Currency()


def render(
    room: str,
    content: Content,
    lang: str,
    receipt_number: str,
    missed: events.Missed = events.NOTHING_MISSED,
    currency: Currency = _COMMON,
) -> kit.Body:
    """The body of the edit that shows a message of this room, and before it what was `missed`;
    `receipt_number` is the execution's name, `currency` the server's."""
    with paying_in(currency):
        return _rendered(room, content, lang, receipt_number, missed)


def _rendered(
    room: str, content: Content, lang: str, receipt_number: str, missed: events.Missed
) -> kit.Body:
    if content["kind"] == "text":
        said = _sentence(room, content, lang, receipt_number)
        body = kit.body(content=said, components=_button(room, content, lang))
    else:
        body = registry.show(room).show(content, lang, receipt_number)
    if missed.is_nothing:
        return body
    if kit.is_layout(body):
        return kit.layout(*events.containers(missed, lang), *body["components"])
    # Discord shows a message's content above all embeds, so a sentence becomes an embed, too.
    own = body["embeds"] or [{"description": body["content"]}]
    return {**body, "content": "", "embeds": [*events.embeds(missed, lang), *own]}


def plain(
    room: str,
    content: Content,
    lang: str,
    receipt_number: str,
    missed: Sequence[str] = (),
    currency: Currency = _COMMON,
) -> kit.Body:
    """The same in bare words, for when Discord refuses the rendered message; of what was `missed`
    the receipt numbers."""
    with paying_in(currency):
        return _plain(room, content, lang, receipt_number, missed)


def _plain(
    room: str, content: Content, lang: str, receipt_number: str, missed: Sequence[str]
) -> kit.Body:
    listed = [events.listed(missed, lang)] if missed else []
    if content["kind"] == "text":
        return kit.body("\n\n".join([*listed, _sentence(room, content, lang, receipt_number)]))
    if registry.definition(room).workflow == REPLY:
        return kit.body("\n\n".join([*listed, kit.unanswered(lang, receipt_number)]))
    space = kit.MAX_CONTENT - sum(kit.length(each) + 2 for each in listed)
    words = registry.result(room).plain(content, lang, receipt_number, space)
    return kit.body("\n\n".join([words, *listed]))


def addressed(room: str, content: Content, user_id: str) -> Content:
    """A sentence that all may see, with whom it is for: of what is the server's, its admin. Anybody
    may press a button below somebody else's result, and Discord says who used a command but not who
    pressed."""
    if content["kind"] != "text" or not registry.definition(room).is_public:
        return content
    return {**content, "to": user_id}


def _button(room: str, content: Content, lang: str) -> list[kit.Component]:
    button = cast(Text, content).get("button")
    if button is None:
        return []
    label = registry.texts(room).say(lang, button["label"])
    return kit.rows([kit.button(label, button["custom_id"])])


def _sentence(room: str, content: Content, lang: str, receipt_number: str) -> str:
    of = cast(Text, content)
    words = kit.sentence(of, registry.texts(room).say, lang, receipt_number)
    return f"<@{of['to']}> {words}" if "to" in of else words
