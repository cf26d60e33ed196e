"""A server whose published banner has pictures, its admins and its members."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Final

from PIL import Image

from adapters import files
from adapters.tables import settings
from gacha.making.edits import Pictures
from gacha.making.stored import PICTURES, PicturesPointer
from tests.conftest import load_function
from tests.recording import record
from tests.support import GUILD, workflow_input
from tests.unit.commands.admin_banner_list.test_banners import SUMMER, Owner
from tests.unit.commands.server import ADMIN

ROOM: Final = "admin card picture"
ELSEWHERE: Final = "1290000000000000088"
SOURCE: Final = "5" * 64


def webp(colour: str) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(output, "WEBP")
    return output.getvalue()


class Pictured(Owner):
    """Two cards, 101 with a red picture and 102 with a blue one, in one published banner."""

    def __init__(self, tables: Any) -> None:
        super().__init__(tables)
        self.red, self.blue = (self.stored(each) for each in ("red", "blue"))
        self.number = 100
        self.edit("b1", *SUMMER, Pictures({101: self.red, 102: self.blue}))
        assert self.publish(sure="yes")["sentence"] == "published"

    def stored(self, colour: str, guild_id: str = GUILD) -> str:
        art = files.put(files.ART, webp(colour))
        files.note_use(art, guild_id, SOURCE)
        return art

    def does(
        self,
        room: str,
        admin: str = ADMIN,
        meanwhile: Callable[[], object] = lambda: None,
        **options: Any,
    ) -> dict[str, Any]:
        """What comes of it, by way of the workshop where that is the control's way."""
        asked = self.asked(room, admin, **options)
        if room == "report" or options.get("do") in ("remove", "show"):
            self.workshop(asked)
            asked["options"]["manifest"] = "made"
        meanwhile()
        decided = self._server.work(asked)
        assert record(asked, decided)
        return dict(decided["message"], outcome=decided["outcome"])

    def asked(self, room: str, admin: str = ADMIN, **options: Any) -> dict[str, Any]:
        self.number += 1
        return workflow_input(self.number, room, admin=admin, **options)

    def workshop(self, asked: dict[str, Any]) -> None:
        handler = load_function("workshop").handler
        for step in ("unpack", "compose"):
            handler({"step": step, "interaction": asked}, None)

    def remove(self, art: str, number: int = 101, **more: Any) -> dict[str, Any]:
        return self.does(ROOM, do="remove", art=art, number=str(number), **more)

    def report(self, member: int, art: str, number: int = 101, **more: Any) -> dict[str, Any]:
        by = str(1290000000000001000 + member)
        return self.does("report", by, art=art, number=str(number), **more)

    def drawn(self) -> set[str]:
        """The pictures of what is offered, as Draw hands them over with their cards."""
        from adapters import banners
        from commands.cards import card

        look = banners.look(self.offer)
        banner = banners.offered(GUILD, self.offer)
        return {card(banner, each.id, look).get("art", "") for each in banner.cards} - {""}

    @property
    def pictures(self) -> PicturesPointer:
        return PicturesPointer.read(settings.setting(GUILD, PICTURES))

    def log(self) -> list[str]:
        """The server's log, in both languages, newest first."""
        from commands import events, registry

        page = settings.audits(GUILD, 50)
        return [
            registry.logged(room).logged(events.event(row), row["user_id"], lang)
            for row in page.rows
            if (room := events.of(row["kind"]).room)
            for lang in ("ja", "en")
        ]
