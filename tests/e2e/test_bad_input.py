"""Bad input, as an owner and members meet it, in both languages: each ends in a sentence that names
the place and the next step, and changes nothing.

Every kind once; what each file and field refuses besides is in the unit tests of the workshop and
of `gacha.making`.
"""

from __future__ import annotations

import csv
import io
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

import pytest
from openpyxl import Workbook
from PIL import Image

from local.client import MEMBER, snowflake
from local.messages import components, text_of
from local.players import Player, Sent, World
from tests.e2e.test_making import PRIVATE, Maker, colours
from tests.e2e.test_own_banner import answer, picture
from tests.forms import fill, shown
from tests.uploads import Uploads

EDITORS: Final = "1290000000000000555"
HEAD: Final = {
    "ja": ("名前", "レアリティ", "重み", "確率", "画像"),
    "en": ("name", "rarity", "weight", "rate", "picture"),
}
Words = tuple[str, str]
Case = tuple[str, Any, Words]
"""A file's name and content, and what is said of it."""


class Uploader(Maker):
    """Whoever sends files; nobody more than a few, since a bucket has twenty commands."""

    @property
    def head(self) -> tuple[str, ...]:
        return HEAD[self.locale[:2]]

    def upload(self, file: Mapping[str, Any], **options: Any) -> Sent:
        return self.member().manage("banner upload", {"file": file}, **options)

    def refuses(self, uploads: Uploads, cases: Iterable[Case]) -> None:
        for name, content, words in cases:
            self.drafted(self.upload(uploads.send(name, content)), *words)

    def is_untouched(self) -> bool:
        """Whether nothing of this server was changed."""
        listed = self.member().manage("banner list")
        self.sees(listed, "まだガチャがありません", "There are no banners yet")
        return not self.world.rows("HistoryTable", f"server@{self.guild_id}")


def sheet(*rows: Iterable[str], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding, errors="replace")


def book(*rows: Iterable[Any], merged: str = "") -> bytes:
    made = Workbook()
    cards = made.create_sheet("cards", 0)
    for row in rows:
        cards.append(list(row))
    if merged:
        cards.merge_cells(merged)
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_cells_of_a_sheet(world: World, uploads: Uploads, locale: str) -> None:
    here = Uploader(world, locale)
    head = here.head
    many = [(f"{number}", "R", "1") for number in range(5_000)]
    shapes = sheet(
        head,
        ("=cmd|'/C calc'!A0", "SSR", "1"),
        ("アリス", "SSR", "=1+1"),
        ("ベル", "SSR", "1", "", "", "余り"),
    )
    values = sheet(
        head,
        ("アリス", "SSR", "1.5"),
        ("ベル", "SSR", "0"),
        ("コハク", "SSR", "-1"),
        ("ﾍﾞﾙ", "SSR", "1"),
        ("\u3000", "SSR", "1"),
        ("あ" * 81, "SSR", "1"),
        ("ダリア", "", "1"),
        ("エマ", "SSR", "1", "1%"),
        ("フウ", "SSR", "", "0"),
        ("ギン", "SSR", "", "120%"),
        ("ハル", "SSR", "", "3分"),
    )
    here.refuses(
        uploads,
        [
            (
                "shapes.csv",
                shapes,
                (
                    "2 行目・名前**：数式|3 行目・重み**：数式|4 行目**：「余り」の上に見出し",
                    "row 2, name**: “=cmd|row 3, weight**: “=1+1” is a formula|"
                    "row 4**: There is no header above “余り”",
                ),
            ),
            (
                "values.csv",
                values,
                (
                    "2 行目・重み**：「1.5」は整数ではありません|3 行目・重み**：「0」は使えません|"
                    "4 行目・重み**：|5 行目|3 行目と同じカード|6 行目・名前**：|"
                    "7 行目・名前**：|80 文字まで|8 行目・レアリティ**：|9 行目|どちらか 1 つ|"
                    "10 行目・確率**：確率が 0|11 行目・確率**：「120%」は 100% を超えて|"
                    "12 行目・確率**：「3分」は確率として",
                    "row 2, weight**: “1.5” is not a whole number|"
                    "row 3, weight**: “0” cannot be used|row 4, weight**: |row 5|"
                    "Row 3 is about the same card|row 6, name**: |row 7, name**: |"
                    "80 characters at most|row 8, rarity**: |row 9|keep one of them|"
                    "row 10, rate**: The rate is 0|row 11, rate**: “120%” is more than|"
                    "row 12, rate**: “3分” is not a rate",
                ),
            ),
            ("many.csv", sheet(head, *many), ("5,000 行", "5,000 rows")),
            ("none.csv", sheet(head), ("カードが 1 行もありません", "There is no card")),
            (
                "quote.csv",
                f'{",".join(head)}\n"アリス,SSR'.encode(),
                ("2 行目の引用符", "quotation mark in row 2"),
            ),
            (
                "merged.xlsx",
                book(head, ("アリス", "SSR", 1), merged="A2:B2"),
                ("2 行目**|結合を解いて", "row 2**|Please split them"),
            ),
            (
                "formula.xlsx",
                book(head, ("アリス", "SSR", "=1+1")),
                ("2 行目・重み**：数式", "row 2, weight**: “=1+1” is a formula"),
            ),
            ("headless.csv", sheet(("a", "b"), ("c", "d")), ("列が見つかりません", "no column")),
            ("a.pdf.csv", b"%PDF-1.7\n", ("この形式（pdf）", "This kind of file (pdf)")),
        ],
    )
    assert here.is_untouched()


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_cells_that_are_odd_and_taken(world: World, uploads: Uploads, locale: str) -> None:
    """Emoji, wide blanks and quotes in names, the longest, letters that Shift_JIS lacks, rates that
    do not come to 1: the rest goes to the lowest at a press."""
    here = Uploader(world, locale)
    head, owner = here.head, here.member()
    names = ("猫🐈\u3000ねこ", '"引用", 改行なし', "長" * 80)
    rows = [(name, "SSR", "", rate) for name, rate in zip(names, ("1%", "1%", "1%"), strict=True)]
    content = sheet(head, *rows, ("普通", "R", "", "90%"))
    sent = owner.manage("banner upload", {"file": uploads.send("odd.csv", content)})
    here.drafted(sent, "カード 4 枚|合計が 93", "4 cards|add up to 93")
    rates = owner.press(sent, here.label("基本設定を編集", "Edit basics"))
    assert shown(rates)["kind"] == "simple" and "R" in shown(rates)["rarities"]
    poor = sheet(head, ("髙橋𠮷", "SSR", "1"), ("普通", "R", "1"), encoding="cp932")
    here.drafted(
        here.upload(uploads.send("poor.csv", poor)), "「?」のある行：2", "Rows with a “?”: 2"
    )
    form = owner.manage("banner new")
    made = fill(owner, form, name="残り", rarities="SSR 3%\nR 90%")
    here.drafted(made, "合計 **93", "In all **93")
    rest = owner.press(
        made, here.label("残りを一番低いレアリティに", "Give the rest to the lowest")
    )
    here.drafted(rest, "R：97\u00a0%", "R: 97\u00a0%")


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_an_upload_adds_to_a_draft_and_a_likely_new_name_is_asked_about(
    world: World, uploads: Uploads, locale: str
) -> None:
    """Nothing can be published before that is answered."""
    here = Uploader(world, locale)
    owner, head, label = here.member(), here.head, here.label
    form = owner.manage("banner new")
    here.drafted(fill(owner, form, name="夏", rarities="SSR 5%\nR 95%", kind="simple"))
    first = sheet(head, ("リリィ", "SSR", "1"), ("ミラ", "R", "1"))
    file = uploads.send("first.csv", first)
    here.drafted(owner.manage("banner upload", {"file": file}, banner="夏"), "夏", "夏")
    file = uploads.send("more.csv", sheet(head, ("みら", "R", "1"), ("ユキ", "SSR", "1")))
    added = owner.manage("banner upload", {"file": file}, banner="夏")
    here.drafted(
        added,
        "カード 4 枚|103 番は、102 番の名前を変えたものかもしれません",
        "4 cards|Card 103 may be card 102 under another name",
    )
    asked = here.step(
        owner,
        added,
        ("プレビュー", "Preview"),
        "確認が済むまで公開できません|「みら」（103 番・新規）は、102 番「ミラ」の",
        "before it can be published|“みら” (new, 103) the card “ミラ” (102)",
    )
    shown_ = components(world.record(asked)["message"]["components"])
    assert label("公開", "Publish") not in [each.get("label") for each in shown_]
    answered = owner.press(asked, label("103：同じカード", "103: the same card"))
    here.drafted(answered, "回答を下書きに反映", "answer is in the draft")
    preview = here.step(
        owner, answered, ("プレビューへ", "To the preview"), "カード 3 枚", "3 cards"
    )
    here.step(owner, preview, ("公開", "Publish"), "を公開しました", "is published")
    card = here.member().use("card", name="みら")
    here.sees(card, "みら|No. 102", "みら|No. 102")


def archive(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as made:
        for name, content in files:
            made.writestr(name, content)
    return output.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("lily.png")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def encrypted(content: bytes) -> bytes:
    """The flag alone tells."""
    flagged = bytearray(content)
    for signature, at in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        struct.pack_into("<H", flagged, flagged.rindex(signature) + at, 1)
    return bytes(flagged)


def bomb(content: bytes) -> bytes:
    """Its last entry says that it unpacks to as much as the field can say."""
    swollen = bytearray(content)
    at = swollen.rindex(b"PK\1\2")
    struct.pack_into("<I", swollen, at + 24, 2**32 - 2)
    return bytes(swollen)


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_archives(world: World, uploads: Uploads, locale: str) -> None:
    here = Uploader(world, locale)
    head = here.head
    cards = ("cards.csv", sheet(head, ("リリィ", "SSR", "1", "", "lily.png")))
    lily = ("lily.png", picture("red"))
    cases: list[Case] = [
        ("up.zip", archive(cards, ("../lily.png", b"x")), ("../lily.png", "../lily.png")),
        ("link.zip", archive(cards, (link(), b"/etc/passwd")), ("リンク", "is a link")),
        (
            "10000.zip",
            archive(*((f"{n}.png", b"") for n in range(10_000))),
            ("10,000 個のファイル|1,000 個まで", "10,000 files|1,000"),
        ),
        ("bomb.zip", bomb(archive(cards, lily)), ("4,096 MB|96 MB まで", "4,096 MB|keep to 96 MB")),
        (
            "two.zip",
            archive(cards, ("more.csv", cards[1])),
            ("表が 2 つ|cards.csv, more.csv", "2 sheets|cards.csv, more.csv"),
        ),
        (
            "wrong.zip",
            archive(cards, ("rose.png", picture("red"))),
            (
                "2 行目・画像**：表にある「lily.png」などの画像|（rose.png）",
                "row 2, picture**: The picture “lily.png” is not there|(rose.png)",
            ),
        ),
        ("locked.zip", encrypted(archive(cards, lily)), ("パスワード", "password")),
        ("nested.zip", archive(cards, ("in.zip", archive(lily))), ("in.zip", "in.zip")),
        ("cut.zip", archive(cards, lily)[:-60], ("ZIP が壊れています", "ZIP is damaged")),
    ]
    here.refuses(uploads, cases)
    assert here.is_untouched()


def huge() -> bytes:
    """A PNG's header that promises 30,000 × 30,000 pixels, and almost nothing of them."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(4096)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def moving() -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    output = io.BytesIO()
    frames[0].save(output, "GIF", save_all=True, append_images=frames[1:])
    return output.getvalue()


BAD_PICTURES: Final = {
    "paper.png": b"%PDF-1.7\n%%EOF",
    "script.png": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "huge.png": huge(),
    "cut.png": picture("red")[:200],
    "words.png": b"no picture",
}


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_pictures(world: World, uploads: Uploads, locale: str) -> None:
    """In an upload the others are taken, and each that is not is named. In a form nothing is, and
    what was typed is kept."""
    here = Uploader(world, locale)
    named = {**BAD_PICTURES, "moving.gif": moving()}
    cards = [(name, "SSR", "1", "", name) for name in named]
    content = archive(("cards.csv", sheet(here.head, *cards)), *named.items())
    here.drafted(
        here.upload(uploads.send("bad.zip", content)),
        "カード 6 枚、今回の画像 1 枚|「paper.png」：pdf 形式|「script.png」：svg 形式|"
        "「huge.png」：画像が大きすぎます|「cut.png」：画像が壊れています|"
        "「words.png」：画像として読めません|最初のコマを使いました：moving.gif",
        "6 cards, 1 picture this time|“paper.png”: A file of this kind (pdf)|"
        "“script.png”: A file of this kind (svg)|“huge.png”: The picture is too large|"
        "“cut.png”: The picture is damaged|“words.png”: This is not a picture|"
        "the first frame was taken: moving.gif",
    )
    owner = here.member()
    form = owner.manage("card add", banner="b1")
    typed = {"name": "ミラ", "rarity": "SSR", "weight": "2"}
    svg = uploads.send("mira.png", BAD_PICTURES["script.png"])
    refused = fill(owner, form, svg, **typed)
    here.drafted(refused, "画像**：svg 形式", "picture**: A file of this kind (svg)")
    again = owner.press(refused, here.label("入力を修正", "Correct it"))
    assert shown(again) == {**typed, "featured": "no"}
    taken = fill(owner, again, *colours(uploads, "red"))
    here.drafted(taken, "カードを 1 枚追加", "1 card added")


# --- addresses ------------------------------------------------------------------------------------


def says(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer_(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(b"name,rarity\n")

    return answer_


def never(to: BaseHTTPRequestHandler) -> None:
    time.sleep(8)
    to.close_connection = True


def slowly(content: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer_(to: BaseHTTPRequestHandler) -> None:
        time.sleep(1)
        to.send_response(200)
        to.send_header("Content-Length", str(len(content)))
        to.end_headers()
        to.wfile.write(content)

    return answer_


def addresses(uploads: Uploads, good: bytes) -> Iterator[tuple[Mapping[str, Any], Words]]:
    """The slowest first: all are fetched at once."""
    yield uploads.send("never.csv", never), ("5 秒待ちましたが", "too slow with the file (5 s)")
    yield uploads.send("slow.csv", slowly(good)), ("下書きに取り込みました", "Added to a new draft")
    yield (
        uploads.send("other.csv", good, url="https://example.org/attachments/1/2/cards.csv"),
        ("Discord のファイルではない|添付してください", "no file of Discord’s|attach the file"),
    )
    yield uploads.send("404.csv", says(404)), ("期限が切れた", "has expired")
    yield (
        uploads.send("302.csv", says(302, Location="https://example.org/cards.csv")),
        ("受け取れませんでした（302）", "did not hand over the file (302)"),
    )
    yield (
        uploads.send("short.csv", says(200, Content_Length="5000")),
        ("途中までしか届きません", "Only a part"),
    )
    yield (
        uploads.send("long.csv", says(200, Content_Length=str(10 * 2**30))),
        ("25 MB を超えています", "more than 25 MB"),
    )


def test_addresses(world: World, uploads: Uploads) -> None:
    """Both languages at once, since one of them is waited for."""
    good = sheet(HEAD["en"], ("リリィ", "SSR", "1"))
    cases = [
        (Uploader(world, locale), file, words)
        for locale in ("ja", "en-US")
        for file, words in addresses(uploads, good)
    ]
    with ThreadPoolExecutor(len(cases)) as threads:
        sent = list(threads.map(lambda case: case[0].upload(case[1]), cases))
        list(threads.map(lambda each: answer(world, each), sent))
    for (here, file, words), each in zip(cases, sent, strict=True):
        here.drafted(each, *words)
        assert file["filename"] == "slow.csv" or here.is_untouched()
    for locale in ("ja", "en-US"):
        here = Uploader(world, locale)
        lie = here.upload(uploads.send("lie.csv", good, size=26 * 2**20))
        assert here.label("25 MB まで", "25 MB at most") in lie.answer.json["data"]["content"]
        assert here.is_untouched()


# --- two at once, rights, servers, pauses ---------------------------------------------------------


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_two_at_once(world: World, uploads: Uploads, locale: str) -> None:
    here = Maker(world, locale)
    one, two = here.member(), here.member()
    label = here.label
    made = fill(one, one.manage("banner new"), name="夏", rarities="SSR 3%\nR 残り", kind="simple")
    here.drafted(made, "下書きを作成", "Draft created")

    # Two editors: the second is told whose change was first, and loses nothing of what was typed.
    basics = [who.press(here.opened(who), label("編集", "Edit")) for who in (one, two)]
    here.drafted(fill(one, basics[0], prices="100/1000"), "1 回 100", "100 for 1")
    stale = fill(two, basics[1], prices="200/2000", name="冬")
    both_say = (f"<@{one.user_id}> さんがこの下書きを変更", f"<@{one.user_id}> changed this draft")
    here.drafted(stale, *both_say)
    again = two.press(stale, label("入力を修正", "Correct it"))
    assert (shown(again)["name"], shown(again)["prices"]) == ("冬", "200/2000")
    here.drafted(fill(two, again), "冬|1 回 200", "冬|200 for 1")
    # Who only adds cards is in nobody's way.
    adds = [who.manage("card add", banner="b1", count="many") for who in (one, two)]
    with ThreadPoolExecutor(2) as threads:
        cards = ("リリィ, SSR", "ノア, R")
        both = list(
            threads.map(
                lambda of: fill(of[0], of[1], cards=of[2]),
                zip((one, two), adds, cards, strict=True),
            )
        )
        texts = list(threads.map(lambda sent: text_of(answer(world, sent)), both))
    late = [label("何も変更していません", "Nothing was changed") in text for text in texts]
    assert late.count(True) < 2, texts
    if any(late):
        at = late.index(True)
        again = (one, two)[at].press(both[at], label("入力を修正", "Correct it"))
        here.drafted(fill((one, two)[at], again), "カード 2 枚", "2 cards")

    previews = [who.press(here.opened(who), label("プレビュー", "Preview")) for who in (one, two)]
    for each in previews:
        here.sees(each, "冬", "冬")
    with ThreadPoolExecutor(2) as threads:
        pressed = list(
            threads.map(
                lambda of: of[0].press(of[1], label("公開", "Publish")),
                zip((one, two), previews, strict=True),
            )
        )
        texts = list(threads.map(world.message, pressed))
    first = [label("を公開しました", "is published:") in text for text in texts]
    assert sorted(first) == [False, True], texts
    winner = (one, two)[first.index(True)]
    told = texts[first.index(False)]
    assert f"<@{winner.user_id}>" in told and label("すでに公開", "already published") in told
    history = world.rows("HistoryTable", f"server@{here.guild_id}")
    assert [row["did"] for row in history if "did" in row] == ["published"]


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_a_member_without_the_right(world: World, uploads: Uploads, locale: str) -> None:
    """By command, button and form; and who had it when the form was opened."""
    here = Maker(world, locale)
    owner = here.member()
    here.published(here.member(), uploads)
    roles = owner.manage("settings")
    world.record(roles)
    opened = owner.choose(roles, "admin settings:pick", "roles")
    here.sees(fill(owner, opened, editors=EDITORS), "設定を変更しました", "settings are changed")
    nobody = Player(world, snowflake(), locale, here.guild_id, (), MEMBER)
    editor = Player(world, snowflake(), locale, here.guild_id, [EDITORS], MEMBER)
    needs = here.label("サーバー管理」の権限が必要", "You need the Manage Server permission")
    listed = owner.manage("banner list")
    world.record(listed)
    before = world.rows("HistoryTable", f"server@{here.guild_id}")

    tried = [
        nobody.manage(room)
        for room in ("settings", "banner list", "banner new", "card add", "panel", "log")
    ]
    for sent in (*tried, nobody.manage("grant", user=nobody.user_id, amount=5)):
        answered = sent.answer.json
        assert (answered["type"], answered["data"]["flags"]) == (4, 64), answered
        assert needs in answered["data"]["content"]
    for custom_id in ("admin banner list:open:b1", "admin banner list:end:b1:yes"):
        assert needs in nobody.tap(listed, custom_id).answer.json["data"]["content"]

    # The role was taken away, and Manage Server, while the form was open.
    form = editor.manage("card add", banner="b1")
    editor_now = form.interaction["member"]
    for roles_now, told in (([], needs), (["1290000000000000999"], f"<@&{EDITORS}>")):
        form.interaction["member"] = editor_now | {"roles": roles_now}
        sent = fill(editor, form, name="リリィ", rarity="SSR")
        if roles_now:
            here.drafted(sent, told, told)
        else:
            assert told in sent.answer.json["data"]["content"]
    basics = owner.manage("settings")
    world.record(basics)
    form = owner.choose(basics, "admin settings:pick", "currency")
    form.interaction["member"] |= {"permissions": MEMBER}
    sent = fill(owner, form, currency="ジェム")
    assert needs in sent.answer.json["data"]["content"]
    assert world.rows("HistoryTable", f"server@{here.guild_id}") == before


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_another_servers_ids(world: World, uploads: Uploads, locale: str) -> None:
    """One with a banner of its own, and one that names it, where there is none of that id."""
    here, there = Maker(world, locale), Maker(world, locale)
    here.published(here.member(), uploads)
    admin, member = there.member(), there.member()
    listed, looked = admin.manage("banner list"), member.use("now")
    world.record(listed), world.record(looked)
    for custom_id in (
        "admin banner list:open:b1",
        "admin banner list:preview:b1",
        "admin banner list:publish:b1:1",
        "admin banner list:end:b1:yes",
    ):
        gone = admin.tap(listed, custom_id)
        there.sees(gone, "もうありません。一覧から", "is gone. Please choose from the list")
    for custom_id in ("admin banner new:edit:b1", "admin card add:open:b1"):
        told = admin.tap(listed, custom_id).answer.json["data"]["content"]
        assert here.label("見つかりません。候補から", "no such draft. Please choose") in told
    for custom_id in ("pull:panel:b1:1", "pull:b1:10:0.0", "rates:b1"):
        told = member.tap(looked, custom_id)
        there.sees(told, "「b1」というガチャはありません", "There is no banner “b1”")
    art = "0" * 32
    form = member.tap(looked, f"report:open:101:{art}")
    there.sees(fill(member, form), "もう使われていません", "no longer in use")
    assert not world.rows("HistoryTable", f"server@{there.guild_id}") and not member.ledger


@pytest.mark.parametrize("locale", ["ja", "en-US"])
def test_a_pause_and_an_end_between_press_and_draw(
    world: World, uploads: Uploads, locale: str
) -> None:
    here = Maker(world, locale)
    owner, one, other = here.member(), here.member(), here.member()
    label = here.label
    here.published(here.member(), uploads)
    pledge = owner.manage("panel", banner="b1")
    assert pledge.answer.json == PRIVATE
    panel = owner.tap(pledge, "admin present new:pledge:b1")
    world.record(panel)
    assert panel.answer.json == {"type": 5}
    pulled = one.pull(1)
    balance = one.state["balance"]

    pause(here, "", "月曜までメンテナンス中")
    told = ("メンテナンス中|通貨は減っていません", "メンテナンス中|Nothing was charged")
    for paused in (
        one.use("pull", count=10),
        one.press(pulled, label("1連", "Pull ×1")),
        other.press(panel, label("1連", "Pull ×1")),
        one.use("daily"),
    ):
        assert paused.answer.json == PRIVATE
        here.sees(paused, *told)
    here.sees(other.use("banners"), "夏のガチャ", "Summer")  # looking is not playing
    pause(here, "月曜までメンテナンス中", "")
    assert one.state["balance"] == balance and not other.ledger

    # What counts is when it was pressed: before the end it is drawn, whenever that is.
    before = one.pressed(panel, "pull:panel:b1:1")
    asked = owner.press(here.opened(owner), label("今すぐ終了", "End now"))
    ended = owner.press(asked, label("今すぐ終了する", "End it now"))
    here.sees(ended, "終了しました", "has ended")
    drawn = world.send(before)
    here.sees(drawn, f"<@{one.user_id}> の結果", f"Pulled by <@{one.user_id}>")
    late = other.press(pulled, label("1連", "Pull ×1"))
    here.sees(late, "開催していません|減っていません", "not open|Nothing was charged")
    assert one.state["balance"] == balance - 160 and not other.ledger


def pause(here: Maker, before: str, after: str) -> None:
    admin = here.member()
    listed = admin.manage("settings")
    here.world.record(listed)
    form = admin.choose(listed, "admin settings:pick", "pause")
    assert shown(form) == {"pause": before}
    here.sees(fill(admin, form, pause=after), "設定を変更しました", "settings are changed")
