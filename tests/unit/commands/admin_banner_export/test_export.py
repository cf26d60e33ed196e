"""From the command in one server to a draft in another: the workshop, Plan, Record and the file are
the real ones."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

import pytest
from openpyxl import load_workbook
from PIL import Image

from adapters import files
from adapters.tables import settings
from commands import registry
from commands.asked import Asked
from commands.attachments import Attachment, written
from commands.message import Message
from commands.render import plain, render
from gacha.making.cards import Cards
from gacha.making.compiling import Compiled, compiled
from gacha.making.draft import Draft
from gacha.making.stored import CARDS, CardsPointer, DraftPointer, draft_setting
from tests.conftest import load_function
from tests.recording import record
from tests.support import GUILD, USER, workflow_input
from tests.unit.test_exports import shape

OTHER: Final = "1290000000000000077"
ROOM: Final = "admin banner export"
UPLOAD: Final = "admin banner upload"
MIB: Final = 2**20


class Owner:
    """An admin of two servers, and the stack behind them."""

    def __init__(self) -> None:
        self.own: dict[str, ModuleType] = {}
        self.workshop = load_function("workshop", own_modules=self.own)
        self.plan = load_function("plan")
        self.sent: dict[str, bytes] = {}
        self.number = 0
        vars(self.own["fetch"])["fetch"] = self.sent.__getitem__
        vars(self.workshop)["_say"] = lambda *_args, **_values: None

    def does(self, guild: str, room: str, **options: Any) -> Message:
        """A command that the workshop works off first, and what is recorded of it."""
        self.number += 1
        asked = workflow_input(self.number, room, admin=USER, **options) | {"guild_id": guild}
        self.last = asked
        unpacked = self._step(asked, "unpack")
        for first in unpacked["batches"]:
            self._step(asked, "pictures", first=first, count=unpacked["count"])
        self._step(asked, "compose")
        return self._recorded({**asked, "options": {**asked["options"], "manifest": "made"}})

    def _step(self, asked: dict[str, Any], step: str, **more: Any) -> dict[str, Any]:
        event = {"interaction": asked, "step": step, **more}
        result: dict[str, Any] = self.workshop.handler(event, None)
        return result

    def presses(self, guild: str, custom_id: str) -> Message:
        """A button for another part."""
        self.number += 1
        _, export, part = re.fullmatch(rf"{ROOM}:(part):([0-9]+):([0-9]+)", custom_id).groups()  # type: ignore[union-attr]
        return self._recorded(
            workflow_input(self.number, ROOM, admin=USER, export=export, part=part)
            | {"guild_id": guild}
        )

    def _recorded(self, asked: dict[str, Any]) -> Message:
        decided = json.loads(json.dumps(self.plan.handler({"interaction": asked}, None)))
        assert record(asked, decided)
        self.outcome = decided["outcome"]
        self.asked = Asked.read(asked)
        return Message.read(decided["message"])

    def uploads(self, guild: str, name: str, content: bytes, **options: Any) -> Message:
        address = f"https://cdn.discordapp.com/attachments/1/{self.number}/{name}"
        self.sent[address] = content
        return self.does(
            guild, UPLOAD, file=written([Attachment(len(content), address, name)]), **options
        )

    def exports(self, guild: str, **options: Any) -> list[bytes]:
        """All parts, by the buttons of the first one's message."""
        message = self.does(guild, ROOM, **options)
        assert self.outcome == "planned", message.content
        buttons = [
            each["custom_id"]
            for row in self.shown(message)["components"]
            for each in row["components"]
        ]
        parts = [self.attached(message)]
        return parts + [self.attached(self.presses(guild, each)) for each in buttons]

    def attached(self, message: Message) -> bytes:
        _, attachment = registry.file(ROOM).attach(self.asked, message.content)
        assert attachment is not None and attachment.name.endswith(".zip")
        return attachment.content

    def shown(self, message: Message, lang: str = "ja", room: str = ROOM) -> dict[str, Any]:
        assert plain(room, message.content, lang, "1")["content"]
        return dict(render(room, message.content, lang, "1"))

    def draft(self, guild: str, banner: str = "b1") -> tuple[Draft, Cards]:
        pointer = DraftPointer.read(settings.setting(guild, draft_setting(banner)))
        cards = CardsPointer.read(settings.setting(guild, CARDS))
        draft = Draft.read(files.get(files.DRAFTS, pointer.file))
        return draft, Cards.read(files.get(files.CARDS, cards.file))


@pytest.fixture
def owner(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Owner]:
    files._kept.clear()
    monkeypatch.setenv("DISCORD_API_BASE_URL", "https://discord.test/api")
    yield Owner()
    files._kept.clear()


def noise(number: int, edge: int) -> bytes:
    output = io.BytesIO()
    pixels = random.Random(number).randbytes(edge * edge * 3)
    Image.frombytes("RGB", (edge, edge), pixels).save(output, "PNG")
    return output.getvalue()


def banner(count: int, edge: int = 24) -> bytes:
    """A sheet of so many cards with a picture each, and names as hard as they come."""
    hard = ["'=cmd|' /C calc'!A0", "'+1", "'@SUM(A1)", "''quoted", "全角　空白", "猫🐈", "𠮷野家"]
    names = [*hard, *(f"カード{number}" for number in range(count))][:count]
    lines = ["名前,レア度,重み,画像,設定,値"]
    rules = ["ルール,天井", "レアリティ,SSR 3%", "レアリティ,SR 17%", "レアリティ,R 残り"]
    for at in range(max(count, len(rules))):
        rule = f",{rules[at]}" if at < len(rules) else ""
        card = (
            f"{names[at]},{('SSR', 'SR', 'R')[at % 3]},{at + 1},{at}.png" if at < count else ",,,"
        )
        lines.append(card + rule)
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("cards.csv", "\n".join(lines).encode())
        for at in range(count):
            archive.writestr(f"{at}.png", noise(at, edge))
    return output.getvalue()


def same(owner: Owner, one: str, two: str, banner_there: str = "b1") -> None:
    (draft, cards), (there, known) = owner.draft(one), owner.draft(two, banner_there)
    made, other = compiled(draft, cards), compiled(there, known)
    assert isinstance(made, Compiled) and isinstance(other, Compiled)
    assert shape(made) == shape(other)
    ours = {card.number: cards.by_number[card.number] for card in draft.cards}
    assert ours == {card.number: known.by_number[card.number] for card in there.cards}


def test_a_banner_goes_to_another_server_whole(owner: Owner) -> None:
    owner.uploads(GUILD, "夏祭り.zip", banner(9))
    [part] = owner.exports(GUILD)
    assert owner.exports(GUILD) == [part]  # byte for byte
    message = owner.uploads(OTHER, "b1-1-of-1.zip", part)
    assert owner.outcome == "planned"
    assert (message.content["name"], message.content["cards"]) == ("夏祭り", 9)
    assert [each["key"] for each in message.content["notes"]] == ["cards_added", "import_part"]
    same(owner, GUILD, OTHER)
    assert owner.exports(OTHER) == [part]  # and from there once more


def test_the_sheet_in_it_is_one_that_people_can_read_and_change(owner: Owner) -> None:
    owner.uploads(GUILD, "夏祭り.zip", banner(9))
    [part] = owner.exports(GUILD)
    with zipfile.ZipFile(io.BytesIO(part)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert [*contents][:2] == ["banner.xlsx", "export.json"] and len(contents) == 11
    book = load_workbook(io.BytesIO(contents["banner.xlsx"]))
    assert book.active is not None
    assert book.active["B2"].value == "=cmd|' /C calc'!A0" and book.active["B2"].data_type == "s"
    [rate] = [cell for row in book.active.rows for cell in row if cell.value == "SSR 3%"]
    rate.value = "SSR 5%"
    output = io.BytesIO()
    book.save(output)
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**contents, "banner.xlsx": output.getvalue()}.items():
            archive.writestr(f"夏/{name}", content)  # as a phone packs a folder
    message = owner.uploads(OTHER, "changed.zip", changed.getvalue())
    assert message.content["problems"] and owner.outcome == "planned"  # rates of 102 %
    draft, known = owner.draft(OTHER)
    assert draft.rarities[0].rate is not None and float(draft.rarities[0].rate) == 0.05
    assert known.by_number[101].names["ja"] == "=cmd|' /C calc'!A0"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_parts_are_small_and_come_in_any_order(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, order: tuple[int, ...]
) -> None:
    owner.uploads(GUILD, "夏祭り.zip", banner(9, edge=96))
    sizes = [len(files.get(files.ART, c.art)) for c in owner.draft(GUILD)[1].by_number.values()]
    monkeypatch.setattr(owner.own["exports"], "MOST_BYTES", 3 * max(sizes) + 12_000)
    parts = owner.exports(GUILD)
    assert len(parts) == 3 and all(len(each) <= 3 * max(sizes) + 12_000 for each in parts)
    missing = []
    for number in order:
        message = owner.uploads(OTHER, f"part-{number}.zip", parts[number])
        assert message.content["banner"] == "b1", message.content
        notes = {each["key"]: each["values"] for each in message.content["notes"]}
        missing.append(notes.get("import_missing", {}).get("ranges", []))
        for lang in ("ja", "en"):
            [embed] = owner.shown(message, lang, UPLOAD)["embeds"]
            assert "{" not in embed["description"]
    ranges = ["1–3", "4–6", "7–9"]
    assert missing[1:] == [[ranges[order[2]]], []]
    same(owner, GUILD, OTHER)
    assert CardsPointer.read(settings.setting(OTHER, CARDS)).imports == {}


def test_what_has_not_come_is_said_by_the_preview_too(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.uploads(GUILD, "夏祭り.zip", banner(9, edge=96))
    monkeypatch.setattr(owner.own["exports"], "MOST_BYTES", 60_000)
    parts = owner.exports(GUILD)
    owner.uploads(OTHER, "a.zip", parts[0])
    pointer = DraftPointer.read(settings.setting(OTHER, draft_setting("b1")))
    seen = json.loads(files.get(files.PREVIEWS, pointer.preview))
    [odd] = [each for each in seen["odd"] if each["key"] == "parts_missing"]
    assert odd["values"]["count"] > 0


def test_a_part_has_nine_megabytes_at_most(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """With pictures as large as one of ours may be."""
    owner.uploads(GUILD, "夏祭り.zip", banner(20))
    art, real = files.ART.most, files.read

    def read(kind: files.Kind, hash_: str, _by: object = None) -> bytes:
        return random.Random(hash_).randbytes(art) if kind is files.ART else real(kind, hash_)

    with monkeypatch.context() as patch:
        patch.setattr(files, "read", read)
        parts = owner.exports(GUILD)
    assert len(parts) == 2 and all(len(each) <= 9 * MIB for each in parts)
    assert len(parts[0]) > 8 * MIB
    pictures = []
    for part in parts:
        with zipfile.ZipFile(io.BytesIO(part)) as archive:
            pictures += [name for name in archive.namelist() if name.startswith("pictures/")]
    assert len(pictures) == len(set(pictures)) == 20


def test_a_server_that_has_cards_keeps_them(owner: Owner) -> None:
    owner.uploads(GUILD, "夏祭り.zip", banner(5))
    owner.uploads(OTHER, "here.csv", "名前,レア度\nほかのカード,SSR\n全角　空白,R\n".encode())
    before, _ = owner.draft(OTHER)
    [part] = owner.exports(GUILD)
    message = owner.uploads(OTHER, "part.zip", part)
    assert message.content["banner"] == "b2"
    there, known = owner.draft(OTHER, "b2")
    assert owner.draft(OTHER)[0] == before
    names = {number: card.names["ja"] for number, card in known.by_number.items()}
    assert names[101] == "ほかのカード" and names[102] == "全角　空白"
    assert known.by_number[102].art and len(names) == 2 + 4
    assert {card.number for card in there.cards} == names.keys() - {101}
    assert "import_renumbered" in [each["key"] for each in message.content["notes"]]


def test_a_picture_of_ours_is_kept_as_it_is_and_one_that_was_removed_stays_away(
    owner: Owner,
) -> None:
    owner.uploads(GUILD, "夏祭り.zip", banner(3))
    [part] = owner.exports(GUILD)
    _, cards = owner.draft(GUILD)
    files.block(files.ART, cards.by_number[102].art)
    message = owner.uploads(OTHER, "part.zip", part)
    _, known = owner.draft(OTHER)
    assert known.by_number[101].art == cards.by_number[101].art
    assert known.by_number[102].art == ""
    refused = [each for each in message.content["notes"] if each["key"] == "picture_refused"]
    assert [each["values"]["key"] for each in refused] == ["picture_blocked"]
    [again] = owner.exports(GUILD)
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert "pictures/102.webp" not in archive.namelist()


# --- what is refused ------------------------------------------------------------------------------


def test_a_draft_that_is_not_ready_says_what_it_needs(owner: Owner) -> None:
    owner.uploads(GUILD, "a.csv", "名前,レア度\nリリィ,SSR\nミラ,R\n".encode())
    message = owner.does(GUILD, ROOM)
    assert owner.outcome == "refused"
    assert [each["key"] for each in message.content["problems"]] == ["rate_missing"]
    for lang in ("ja", "en"):
        shown = owner.shown(message, lang)
        assert shown["components"] and "{" not in shown["content"]


@pytest.mark.parametrize("wanted", ["b9", "ない", None])
def test_a_draft_that_is_not_there(owner: Owner, wanted: str | None) -> None:
    options = {} if wanted is None else {"banner": wanted}
    message = owner.does(GUILD, ROOM, **options)
    assert owner.outcome == "refused"
    assert [each["key"] for each in message.content["problems"]] == ["draft_unknown"]


def test_another_servers_export_is_nobodys(owner: Owner) -> None:
    owner.uploads(GUILD, "夏祭り.zip", banner(3))
    owner.exports(GUILD)
    export = str(owner.last["interaction_id"])
    for guild, id_, part in (
        (OTHER, export, 1),
        (GUILD, export, 2),
        (GUILD, "0", 1),
        (GUILD, "1" * 20, 1),
    ):
        message = owner.presses(guild, f"{ROOM}:part:{id_}:{part}")
        assert message.content["sentence"] == "gone", (guild, id_, part)
    assert owner.presses(GUILD, f"{ROOM}:part:{export}:1").content["state"] == "made"


def test_after_a_day_it_says_how_to_get_another(owner: Owner, monkeypatch: Any) -> None:
    owner.uploads(GUILD, "夏祭り.zip", banner(3))
    message = owner.does(GUILD, ROOM)

    def gone(*_: object) -> bytes:
        raise files.MissingError

    monkeypatch.setattr(files, "get_upload", gone)
    content, attachment = registry.file(ROOM).attach(owner.asked, message.content)
    assert attachment is None and content["sentence"] == "gone"


@pytest.mark.parametrize(
    "said", [b"{}", b'{"format": "gacha-export-9"}', b'{"format": "gacha-export-1"}', b"\xff"]
)
def test_a_part_that_somebody_changed(owner: Owner, said: bytes) -> None:
    owner.uploads(GUILD, "夏祭り.zip", banner(3))
    [part] = owner.exports(GUILD)
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(part)) as archive, zipfile.ZipFile(changed, "w") as other:
        for name in archive.namelist():
            other.writestr(name, said if name == "export.json" else archive.read(name))
    message = owner.uploads(OTHER, "part.zip", changed.getvalue())
    if b"format" in said:
        assert [each["key"] for each in message.content["problems"]] == ["export_damaged"]
    else:  # somebody's own file of that name: an ordinary ZIP, whose cards have no numbers here
        assert owner.outcome == "refused"
        assert {each["key"] for each in message.content["problems"]} == {"number_unknown"}


def test_its_entry_in_the_log(owner: Owner) -> None:
    owner.uploads(GUILD, "夏祭り.zip", banner(3))
    owner.does(GUILD, ROOM)
    event = registry.logged(ROOM)
    row = {
        "kind": "export", "timestamp": 1_732_420_000_000, "amount": 0, "by": "1", "banner": "b1",
        "name": "夏", "cards": 3, "pictures": 1, "parts": [1],
    }  # fmt: skip
    assert "exported “夏” (3 cards, 1 picture)" in event.logged(event.event(row), "server", "en")
