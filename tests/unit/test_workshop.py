"""The workshop from an upload to its manifest, on AWS as moto has it; the pictures are Pillow's."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from types import ModuleType
from typing import Any

import pytest
from openpyxl import Workbook
from PIL import Image

from adapters import files
from adapters.tables import items
from commands.asked import Asked
from commands.attachments import Attachment, written
from gacha import banner
from gacha.game import Game, Offer
from gacha.making.cards import Cards
from gacha.making.draft import Draft
from gacha.making.manifest import Manifest
from gacha.making.stored import CARDS, MOST_BYTES, CardsPointer, DraftPointer, draft_setting
from tests.conftest import load_function
from tests.support import GUILD, USER, workflow_input

ADDRESS = "https://cdn.discordapp.com/ephemeral-attachments/1/2/"
HEAD = ["名前", "レア度", "重み", "画像"]


class Workshop:
    """The function, with Discord's files in place of its hosts, and what it told the owner."""

    def __init__(self, tables: Any) -> None:
        self.own: dict[str, ModuleType] = {}
        self.app = load_function("workshop", own_modules=self.own)
        self.tables = tables
        self.sent: dict[str, bytes] = {}
        self.told: list[tuple[str, dict[str, int]]] = []
        self.inputs: dict[int, dict[str, Any]] = {}
        vars(self.own["fetch"])["fetch"] = self.sent.__getitem__
        vars(self.app)["_say"] = lambda _asked, key, **values: self.told.append((key, values))

    def step(self, number: int, step: str, **more: Any) -> dict[str, Any]:
        event = {"interaction": self.inputs[number], "step": step, **more}
        result: dict[str, Any] = self.app.handler(json.loads(json.dumps(event)), None)
        return json.loads(json.dumps(result))  # type: ignore[no-any-return]

    def upload(self, number: int, *uploads: tuple[str, bytes], **options: Any) -> Manifest:
        """All steps, as the workflow takes them."""
        self.prepare(number, *uploads, **options)
        unpacked = self.step(number, "unpack")
        for first in unpacked["batches"]:
            self.step(number, "pictures", first=first, count=unpacked["count"])
        self.step(number, "compose")
        return self.manifest(number)

    def prepare(self, number: int, *uploads: tuple[str, bytes], **options: Any) -> None:
        sent = [Attachment(len(content), f"{ADDRESS}{name}", name) for name, content in uploads]
        self.sent |= {f"{ADDRESS}{name}": content for name, content in uploads}
        given = workflow_input(number, "admin banner upload", admin=USER, **options)
        given["options"]["file"] = written(sent)
        self.inputs[number] = given

    def manifest(self, number: int) -> Manifest:
        id_ = self.inputs[number]["interaction_id"]
        return Manifest.read(files.get_upload(id_, Manifest.NAME))

    def record(self, manifest: Manifest) -> None:
        """What Plan and Record do of a manifest."""
        used = CardsPointer(1, manifest.cards, 2, manifest.pictures, manifest.size)
        draft = DraftPointer(1, manifest.draft, manifest.rules, manifest.look, by=USER)
        for name, pointer in ((CARDS, used), (draft_setting(manifest.banner), draft)):
            self.put(name, {**pointer.content(), "version": pointer.version})

    def put(self, name: str, content: dict[str, Any]) -> None:
        row = {"server_id": GUILD, "setting": name, **content}
        self.tables.put_item(TableName="server_settings", Item=items.to_item(row))


@pytest.fixture
def workshop(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    files._kept.clear()
    monkeypatch.setenv("DISCORD_API_BASE_URL", "https://discord.test/api")
    yield Workshop(tables)
    files._kept.clear()


def picture(colour: str = "red", kind: str = "PNG", size: int = 40) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(output, kind)
    return output.getvalue()


def sheet(*lines: list[str], head: list[str] = HEAD) -> bytes:
    output = io.StringIO()
    csv.writer(output).writerows([head, *lines])
    return output.getvalue().encode("cp932")


def packed(**contents: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return output.getvalue()


RED = picture()
LILY, MIRA = ["リリィ", "SSR", "1", "lily.png"], ["ミラ", "R", "1", "mira"]


def whole(**more: bytes) -> bytes:
    files_ = {
        "cards.csv": sheet(LILY, MIRA),
        "lily.png": picture(),
        "mira.jpg": picture("blue", "JPEG"),
    }
    return packed(**{**files_, **more})


def test_a_zip_becomes_a_draft_with_its_pictures(workshop: Workshop) -> None:
    made = workshop.upload(1, ("夏のガチャ.zip", whole()))
    assert (made.banner, made.refusal, made.pictures, made.count) == ("b1", None, 2, 2)
    draft = Draft.read(files.get(files.DRAFTS, made.draft))
    cards = Cards.read(files.get(files.CARDS, made.cards))
    assert draft.name == {"ja": "夏のガチャ"} and [card.number for card in draft.cards] == [
        101,
        102,
    ]
    for card in cards.by_number.values():
        image = Image.open(io.BytesIO(files.get(files.ART, card.art)))
        assert image.format == "WEBP"
    assert made.size == sum(len(files.get(files.ART, c.art)) for c in cards.by_number.values())
    # Nobody said the rates yet, so it is kept and cannot be pulled.
    assert made.unready and made.rules == ""
    assert workshop.told == [
        ("progress", {"done": 0, "all": 2}),
        ("progress", {"done": 2, "all": 2}),
    ]


def test_rates_make_it_complete(workshop: Workshop) -> None:
    head = ["名前", "レア度", "確率"]
    content = sheet(["リリィ", "SSR", "3%"], ["ミラ", "R", "97%"], head=head)
    made = workshop.upload(1, ("cards.csv", content))
    assert made.unready is None and made.refusal is None
    rules = files.get(files.BANNERS, made.rules)
    assert banner.parse(rules, "b1").hash == made.rules
    assert json.loads(files.get(files.LOOKS, made.look)) is not None
    seen = json.loads(files.get(files.PREVIEWS, made.preview))
    assert seen["banner"]["rules"] == made.rules and seen["published"] is None
    assert [line["rate"] for line in seen["figures"]["single"]] == ["3\u00a0%", "97\u00a0%"]


def test_a_preview_stands_beside_what_is_published(workshop: Workshop) -> None:
    """And what runs again makes the same one."""
    head = ["名前", "レア度", "確率"]
    first = workshop.upload(
        1, ("a.csv", sheet(["リリィ", "SSR", "3%"], ["ミラ", "R", "97%"], head=head))
    )
    workshop.record(first)
    game = Game(GUILD).published(Offer("b1", first.rules, first.look), 5)
    workshop.put("game", {**game.written()})
    change = sheet(["リリィ", "SSR", "5%"], ["ミラ", "R", "95%"], head=head)
    second = workshop.upload(2, ("b.csv", change), banner="b1")
    seen = json.loads(files.get(files.PREVIEWS, second.preview))
    assert seen["published"] == first.rules
    rates = {each["rarity"]["ja"]: each["after"] for each in seen["changes"]["rates"]}
    assert rates == {"SSR": "5\u00a0%", "R": "95\u00a0%"}
    again = workshop.upload(3, ("b.csv", change), banner="b1")
    words = json.loads(files.get(files.PREVIEWS, again.preview))["sample"]
    assert words == seen["sample"]


def test_an_upload_adds_to_the_draft_that_is_there(workshop: Workshop) -> None:
    first = workshop.upload(1, ("a.csv", sheet(LILY)))
    workshop.record(first)
    second = workshop.upload(
        2, ("b.zip", packed(**{"b.csv": sheet(MIRA), "mira.png": picture()})), banner="b1"
    )
    assert (second.banner, second.draft_version, second.cards_version) == ("b1", 1, 1)
    draft = Draft.read(files.get(files.DRAFTS, second.draft))
    assert [card.number for card in draft.cards] == [101, 102]
    third = workshop.upload(3, ("c.csv", sheet(MIRA)))
    assert (third.banner, third.draft_version) == ("b2", 0)


def test_a_gallery_that_is_too_large_for_one_upload_comes_in_several(workshop: Workshop) -> None:
    """The sheet names both pictures; the second one comes alone, called as the sheet calls it."""
    rows = sheet(
        ["リリィ", "SSR", "3%", "lily.png"],
        ["ミラ", "R", "97%", "second.png"],
        head=["名前", "レア度", "確率", "画像"],
    )
    first = workshop.upload(1, ("a.zip", packed(**{"a.csv": rows, "lily.png": picture()})))
    assert first.refusal is None and (first.count, first.pictures) == (2, 1)
    awaits = {"count": 1, "names": ["second.png"]}
    assert {"key": "pictures_not_sent", "values": awaits} in list(first.notes)
    seen = json.loads(files.get(files.PREVIEWS, first.preview))
    named = [{"ja": "second.png", "en": "second.png"}]
    assert {"key": "pictures_awaited", "values": {"count": 1, "names": named}} in seen["odd"]
    assert "cards_without_picture" not in [each["key"] for each in seen["odd"]]
    workshop.record(first)
    second = workshop.upload(2, ("second.png", picture("green")), banner="b1")
    assert second.refusal is None and second.pictures == 1
    cards = Cards.read(files.get(files.CARDS, second.cards))
    assert cards.by_number[101].art and cards.by_number[102].art
    seen = json.loads(files.get(files.PREVIEWS, second.preview))
    assert not {"pictures_awaited", "cards_without_picture"} & {each["key"] for each in seen["odd"]}


def test_a_workbook_a_toml_and_pictures_alone(workshop: Workshop) -> None:
    book, output = Workbook(), io.BytesIO()
    assert book.active is not None
    for line in (HEAD, LILY, MIRA):
        book.active.append(line)
    book.save(output)
    made = workshop.upload(1, ("cards.xlsx", output.getvalue()))
    assert made.count == 2 and any(note["key"] == "pictures_not_sent" for note in made.notes)
    workshop.record(made)
    pictured = workshop.upload(2, ("リリィ.png", picture()), banner="b1")
    assert pictured.refusal is None and pictured.pictures == 1
    cards = Cards.read(files.get(files.CARDS, pictured.cards))
    assert cards.by_number[101].art and not cards.by_number[102].art
    numbered = workshop.upload(3, ("102.jpg", picture("green")), banner="b1")
    assert Cards.read(files.get(files.CARDS, numbered.cards)).by_number[102].art


def test_a_banner_file_is_taken_as_it_is(workshop: Workshop) -> None:
    from tests.conftest import ROOT

    content = (ROOT / "tests/banners/genshin.toml").read_bytes()
    made = workshop.upload(1, ("genshin.toml", content))
    assert made.refusal is None and made.rules


def test_only_pictures_that_a_sheet_names_are_made(workshop: Workshop) -> None:
    made = workshop.upload(1, ("a.zip", whole(**{"other.png": picture("green")})))
    assert made.pictures == 2
    assert [n["values"]["names"] for n in made.notes if n["key"] == "pictures_unused"] == [
        ["other.png"]
    ]


def test_a_picture_that_is_none_is_left_out_and_named(workshop: Workshop) -> None:
    made = workshop.upload(1, ("a.zip", whole(**{"lily.png": b"%PDF-1.7 not a picture"})))
    assert made.refusal is None and made.pictures == 1 and made.count == 2
    [note] = [each for each in made.notes if each["key"] == "picture_refused"]
    assert note["values"] == {"name": "lily.png", "key": "picture_kind", "values": {"kind": "pdf"}}


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.csv", b"", "file_empty"),
        ("a.csv", sheet(["", "SSR", "1", ""]), "name_missing"),
        ("a.csv", sheet(["リリィ", "SSR", "0", ""]), "out_of_range"),
        ("a.pdf", b"%PDF-1.7", "file_kind"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "file_kind"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "file_encrypted",
        ),
        ("a.docx", packed(**{"[Content_Types].xml": b"", "word/document.xml": b""}), "file_kind"),
        ("a.zip", packed(**{"../a.png": picture()}), "archive_path"),
        ("a.zip", packed(**{"a.csv": sheet(LILY), "b.csv": sheet(LILY)}), "archive_sheets"),
        ("a.zip", packed(**{"a.csv": sheet(LILY), "b.png": picture()}), "pictures_all_unknown"),
        ("a.toml", b"\xff", "file_wrong"),
        ("a.toml", b"x" * (banner.MAX_FILE_BYTES + 1), "file_too_large"),
        ("a.csv", b"\xff\xfe\x00", "sheet_encoding"),
        ("a.csv", b"hello", "no_name_column"),
    ],
)
def test_what_is_refused_leaves_a_manifest_that_says_why(
    workshop: Workshop, name: str, content: bytes, key: str
) -> None:
    made = workshop.upload(1, (name, content))
    assert made.refusal is not None and made.draft == made.cards == ""
    assert [problem["key"] for problem in made.refusal["problems"]] == [key]


def test_what_a_sheet_says_wrong_is_known_before_a_picture_is_made(workshop: Workshop) -> None:
    bad = packed(
        **{
            "a.csv": sheet(["リリィ", "SSR", "1", "lily.png"], ["x" * 3000, "R", "1", ""]),
            "lily.png": picture(),
        }
    )
    workshop.prepare(1, ("a.zip", bad))
    assert workshop.step(1, "unpack") == {"outcome": "refused", "count": 0, "batches": []}


def test_every_step_may_run_again(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    first = workshop.upload(1, ("a.zip", whole()))

    def make(*_: object) -> None:
        raise AssertionError("a picture was made again")

    monkeypatch.setattr(workshop.own["pictures"], "made", make)
    workshop.step(1, "unpack")
    workshop.step(1, "pictures", first=0, count=2)
    workshop.step(1, "compose")
    assert workshop.manifest(1) == first


def test_a_picture_that_ends_the_function_is_left_out_and_the_others_are_not(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that takes all memory: the process is gone, and the workflow tries again."""
    made, deadly = workshop.own["pictures"].made, picture("black")
    ended = []

    class GoneError(BaseException):
        pass

    def make(content: bytes) -> Any:
        if content == deadly:
            ended.append(1)
            raise GoneError
        return made(content)

    monkeypatch.setattr(workshop.own["pictures"], "made", make)
    workshop.prepare(1, ("a.zip", whole(**{"lily.png": deadly})))
    count = workshop.step(1, "unpack")["count"]
    for _ in range(2):
        with pytest.raises(GoneError):
            workshop.step(1, "pictures", first=0, count=count)
    workshop.step(1, "pictures", first=0, count=count)
    workshop.step(1, "compose")
    assert len(ended) == 2 and workshop.manifest(1).pictures == 1


def test_pictures_of_which_nothing_is_known_do_not_end_the_upload(workshop: Workshop) -> None:
    """The workflow goes on where a run failed for good."""
    workshop.prepare(1, ("a.zip", whole()))
    workshop.step(1, "unpack")
    workshop.step(1, "compose")
    made = workshop.manifest(1)
    assert made.refusal is None and made.pictures == 0
    assert [n["key"] for n in made.notes].count("picture_refused") == 2


def test_a_run_that_is_out_of_time_goes_on_where_it_was(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.prepare(1, ("a.zip", whole()))
    workshop.step(1, "unpack")
    art, times = workshop.own["art"], iter([0.0, 1.0, 99.0])
    monkeypatch.setattr(art, "time", type("Time", (), {"monotonic": lambda: next(times)}))
    with pytest.raises(workshop.app.UnfinishedError):
        workshop.step(1, "pictures", first=0, count=2)
    times = iter([0.0] * 9)
    workshop.step(1, "pictures", first=0, count=2)
    workshop.step(1, "compose")
    assert workshop.manifest(1).pictures == 2


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_server_that_removed_a_picture_uploads_it_no_more(
    workshop: Workshop, is_shared: bool
) -> None:
    """Neither the same file nor another one that comes to the same picture; where another server
    has it, that one still does."""
    elsewhere = "1290000000000000088"
    made = workshop.upload(1, ("a.zip", packed(**{"cards.csv": sheet(LILY), "lily.png": RED})))
    [card] = Cards.read(files.get(files.CARDS, made.cards)).by_number.values()
    [use] = files.uses(card.art)
    assert (use.guild_id, use.source) == (GUILD, sha256(RED).hexdigest())
    if is_shared:
        files.note_use(card.art, elsewhere, use.source)
    assert files.remove(card.art, GUILD) is is_shared
    for number, same in enumerate((RED, RED + b"\0"), start=2):
        again = workshop.upload(
            number, ("b.zip", packed(**{"cards.csv": sheet(LILY), "lily.png": same}))
        )
        [note] = [each for each in again.notes if each["key"] == "picture_refused"]
        assert note["values"]["key"] == "picture_blocked" and again.pictures == 0
    make = vars(workshop.own["art"])["_made"]
    assert bool(make(RED, elsewhere).art) is is_shared
    assert bool(make(RED, GUILD).art) is False


def test_what_was_taken_away_for_good_never_comes_back(workshop: Workshop) -> None:
    """By the bytes that were uploaded, and by those that were made of them."""
    made = workshop.upload(1, ("a.zip", whole()))
    cards = Cards.read(files.get(files.CARDS, made.cards))
    arts = {card.number: card.art for card in cards.by_number.values()}
    files.block(files.ART, arts[101])
    again = workshop.upload(2, ("b.zip", whole()))
    assert again.pictures == 1
    [note] = [each for each in again.notes if each["key"] == "picture_refused"]
    assert note["values"]["key"] == "picture_blocked"
    files.block(files.SOURCES, workshop.own["pictures"].source(picture("blue", "JPEG")))
    third = workshop.upload(3, ("c.zip", whole()))
    assert third.pictures == 0
    with pytest.raises(files.MissingError):
        files.get(files.ART, arts[101])


def test_a_servers_quota_is_kept(workshop: Workshop) -> None:
    pointer = CardsPointer(1, "", 1, pictures=1_999, size=0)
    workshop.put(CARDS, {**pointer.content(), "version": 1})
    refusal = workshop.upload(1, ("a.zip", whole())).refusal
    assert refusal and refusal["problems"][0]["key"] == "pictures_full"
    assert refusal["problems"][0]["values"] == {"count": 2_001, "most": 2_000}
    pointer = CardsPointer(1, "", 1, size=MOST_BYTES - 100)
    workshop.put(CARDS, {**pointer.content(), "version": 1})
    refusal = workshop.upload(2, ("a.zip", whole())).refusal
    assert refusal and refusal["problems"][0]["key"] == "bytes_full"


def test_two_hundred_pictures_are_made_in_runs(workshop: Workshop) -> None:
    lines = [[f"カード{n:03}", "R", "1", f"{n}.png"] for n in range(200)]
    pictures = {f"{n}.png": picture(size=4 + n) for n in range(200)}
    made = workshop.upload(1, ("a.zip", packed(**{"a.csv": sheet(*lines), **pictures})))
    assert made.pictures == 200 and made.count == 200
    assert len(workshop.told) == 1 + 25


def test_the_change_is_started_once_under_the_same_name(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGE_STATE_MACHINE_ARN", "arn:change")
    started: list[tuple[str, str, str]] = []

    def start(machine: str, name: str, text: str) -> bool:
        started.append((machine, name, text))
        return len(started) == 1

    monkeypatch.setattr(workshop.app.executions, "start", start)
    workshop.prepare(1, ("a.csv", sheet(LILY)), banner="b3")
    outcomes = [workshop.step(1, "change", manifest="made")["outcome"] for _ in range(2)]
    assert outcomes == ["started", "was_started"] and started[0] == started[1]
    [(machine, name, text), _] = started
    asked = Asked.read(json.loads(text))
    assert (machine, name) == ("arn:change", asked.interaction_id)
    assert asked.options == {**workshop.inputs[1]["options"], "manifest": "made"}


def test_the_owner_is_told_how_far_it_is(tables: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_API_BASE_URL", "https://discord.test/api")
    app = load_function("workshop")
    edits: list[Any] = []
    monkeypatch.setattr(app.discord, "edit_original", lambda *a, **k: edits.append((a, k)))
    monkeypatch.setattr(
        app.registry, "texts", lambda _: type("T", (), {"say": lambda *a, **k: "x"})
    )
    app._say(
        Asked.read(workflow_input(1, "admin banner upload", admin=USER)), "progress", done=1, all=2
    )
    [((_, token, body), options)] = edits
    assert token.startswith("canary") and body["content"] == "x" and options["attempt"] == 10
