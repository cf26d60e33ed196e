"""Every button and list that names how many cards come at once has that from the banner itself: of
multi-pulls of other sizes than ten, and of a box that the server shares, of which a member can have
so many at once. What they press is drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from adapters import files, seeds
from commands import previews
from commands.message import Message
from commands.render import render
from commands.sentences import LANGUAGES
from gacha import banner
from gacha.game import Offer
from gacha.making import preview
from gacha.presents import PLEDGE
from local.messages import components, text_of
from scripts import box_vectors
from tests.support import GUILD
from tests.unit.commands.owning import own, publish, put
from tests.unit.commands.server import Server

PACKS: Final = "[[multi]]\nsize = 5\nprice = 500\n[[multi]]\nsize = 11\nprice = 1600\n"
SHARED: Final = box_vectors.LOTTERY.replace(b"winter-lottery", b"b1")
SHARED_1: Final = SHARED + b"[limit]\nper_day = 1\n"
COUNT: Final = re.compile(
    r"(\d+) ?連|×(\d+)|(\d+) pulls?\b|最大 (\d+) 枚|Up to (\d+)|(\d+) 枚 \d|(\d+) tickets? \d"
)


def offered(case: str) -> tuple[Offer, set[int]]:
    """A banner and what may be had at once of it."""
    if case == "packs":
        made = own(cards=2, more=PACKS)
        text = files.get(files.BANNERS, made.rules)
        without_ten = text.replace(b"price = { one = 160, ten = 1600 }", b"price = { one = 160 }")
        return Offer("b1", files.put(files.BANNERS, without_ten), sizes=(1, 5, 11)), {1, 5, 11}
    toml, sizes = (SHARED, (1, 5)) if case == "shared" else (SHARED_1, (1,))
    return Offer("b1", files.put(files.BANNERS, toml), sizes=sizes), set(sizes)


def named(words: str) -> set[int]:
    return {int(n) for found in COUNT.findall(words) for n in found if n}


@pytest.mark.parametrize("case", ["packs", "shared", "one a day"])
def test_every_label_is_of_a_size_that_is_sold(tables: Any, case: str) -> None:
    seeds.secret.cache_clear()
    server = Server()
    server.do(0, "fair seed", text="x")
    offer, sizes = offered(case)
    publish(offer)
    put("server_settings", {"server_id": GUILD, "setting": PLEDGE})
    joined = {"joined_at": "2020-01-01T00:00:00+00:00"}

    def ask(number: int, room: str, **options: Any) -> Mapping[str, Any]:
        return server.work(server.asked(number, room, **options) | joined)

    shown = {
        "banners": ask(1, "banners"),
        "now": ask(2, "now"),
        "pull": ask(3, "pull", banner="b1", count=1),
        "admin panel": ask(4, "admin panel", banner="b1"),
    }
    # Of five tickets a day one is drawn.
    rest: Mapping[str, set[int]] = {"shared": {1, 4}, "one a day": set(), "packs": sizes}
    for room, decided in shown.items():
        for language in LANGUAGES:
            body = render(room, Message.read(decided["message"]).content, language, "1")
            pulls = [
                each
                for each in components(body["components"])
                if re.match(r"pull:(?!other)", each.get("custom_id", ""))
            ]
            named_here = rest[case] if room == "pull" else sizes
            assert len(pulls) == len(named_here), (room, language)
            for button in pulls:
                [count] = re.findall(r":(\d+)(?=:|$)", button["custom_id"])[:1]
                assert int(count) in named_here, button
                assert (named(button["label"]) or {1}) == {int(count)}, button
            if room == "banners":
                assert named(text_of(body)) - {1} == sizes - {1}, text_of(body)
    of = banner.parse(files.get(files.BANNERS, offer.rules), "b1")
    for language in LANGUAGES:
        assert named(previews.priced(preview._prices(of), language)) | {1} == sizes


@pytest.mark.parametrize(("count", "others"), [(1, ["b2", "b3"]), (5, ["b3"]), (11, [])])
def test_another_banner_is_offered_where_it_sells_as_many(
    tables: Any, count: int, others: list[str]
) -> None:
    server = Server()
    server.do(0, "fair seed", text="x")
    packs, _ = offered("packs")
    publish(packs, own("b2"), replace(own("b3", cards=2), sizes=(1, 5)))
    pulled = server.do(1, "pull", banner="b1", count=count)
    assert [each["id"] for each in pulled["message"].get("others", [])] == others
