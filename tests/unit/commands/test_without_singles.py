"""A banner that sells no single pulls, beside every other rule: whatever a member or its owner asks
of it is answered, and it is pulled."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from adapters import files
from commands import registry
from commands.asked import Asked
from commands.message import Message
from commands.render import render
from commands.sentences import LANGUAGES
from gacha import banner
from gacha.errors import BannerError
from gacha.game import Offer
from gacha.making import preview
from tests.conftest import load_function
from tests.over import over
from tests.unit.commands.owning import have, own, publish
from tests.unit.commands.server import Server, audited

PACK: Final = "[[multi]]\nsize = 5\nprice = 400\n"
BESIDE: Final = {
    "nothing": "",
    "a limit in all": "[limit]\ntotal = 10\n",
    "a limit of a day": "[limit]\nper_day = 10\n",
    "both, and prices": "[limit]\ntotal = 20\nper_day = 10\nprices = [0]\n",
    "points": "[exchange]\nprice = 5\n",
    "tickets apart": "[ticket]\ncounts = false\n",
    "a promise": '[[promise]]\nid = "p"\nof = ["c102"]\nwithin = 7\n',
    "a whole": '[[multi.whole]]\nchance = "1/2"\nrates = { r1 = "1" }\n',
}
REFUSED: Final = "both, and prices"
ASKED: Final[Any] = (
    *(("rates", {"banner": ""}), ("rates", {"banner": "", "goal": "101"})),
    *(("now", {}), ("banners", {}), ("help", {}), ("luck", {"banner": ""}), ("profile", {})),
    *(("card", {"name": "101"}), ("collection", {}), ("history", {}), ("shop", {"banner": ""})),
    ("exchange", {"banner": ""}),
)


def offered(id_: str, beside: str) -> Offer:
    text = files.get(files.BANNERS, own(id_, cards=2, more=PACK + beside).rules)
    without = text.replace(b"price = { one = 160, ten = 1600 }\n", b"")
    return Offer(id_, files.put(files.BANNERS, without), sizes=(5,))


def shown(interaction: dict[str, Any]) -> None:
    """Rates as Announce shows them, with the cards and rules that it reads itself."""
    answered = load_function("answer").handler({"interaction": interaction}, None)
    content = Message.read(json.loads(json.dumps(answered))["message"]).content
    whole, _ = registry.file("rates").attach(Asked.read(interaction), content)
    for language in LANGUAGES:
        assert render("rates", whole, language, "1")["embeds"]


@pytest.mark.long
@over("beside", BESIDE)
def test_whatever_is_asked_of_it_is_answered(beside: str, tables: Any) -> None:
    at = [*BESIDE].index(beside) + 1
    id_, number = f"b{at}", at * 100
    try:
        offer = offered(id_, BESIDE[beside])
        of = banner.parse(files.get(files.BANNERS, offer.rules), id_)
    except BannerError:
        assert beside == REFUSED  # prices of single pulls that there are not
        return
    assert of.sizes == (5,)
    publish(offer)
    server = Server()
    if at == 1:
        server.do(0, "fair seed", text="x")
        have(balance=100_000)

    def ask_all(number: int) -> None:
        for room, options in ASKED:
            number += 1
            named = {**options, "banner": id_} if "banner" in options else options
            if room == "rates":
                shown(server.asked(number, room, **named))
            else:
                server.do(number, room, **named)

    ask_all(number)
    pulled = server.do(number + 50, "pull", banner=id_, count=5)
    assert pulled["outcome"] == "drawn", pulled["message"]
    assert len(pulled["message"]["cards"]) == 5
    ask_all(number + 50)
    assert preview._rules(of) is not None and preview._prices(of) == [[5, [400]]]
    assert [each for each in audited(tables) if "balance" not in each] == []
