"""A draft made by forms alone: from the interaction that opens one to the pointers, in process.

`interactions`, the workshop, Plan and Record are the real ones; Discord's files are bytes of ours.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any, Final

import pytest
from PIL import Image

from adapters import files, inline
from adapters.tables import items, settings, transactions
from commands import attachments, draft_forms
from commands.asked import Asked
from commands.command import MANAGE_GUILD, NoFormError, NotReadyError
from commands.message import Message
from commands.render import plain, render
from gacha import server, server_audit, snowflake
from gacha.banner import parse
from gacha.making.cards import Cards
from gacha.making.draft import Draft
from gacha.making.stored import CARDS, CardsPointer, DraftPointer, draft_setting
from tests.conftest import load_function
from tests.judge import refusal_of_answer
from tests.recording import record
from tests.support import FIRST_ID, rows, workflow_input
from tests.unit.test_interactions import (
    GUILD,
    USER,
    Bot,
    button,
    command,
    option,
    running,
)

OTHER: Final = "1290000000000000078"
CDN: Final = "https://cdn.discordapp.com/ephemeral-attachments/1/2/"
NEW: Final = {
    "name": "クリスマス",
    "rarities": "SSR 3%\nSR 12%\nR 残り",
    "kind": "ceiling",
    "prices": "160 / 1600",
    "period": "",
}


class Done:
    """What a form came to."""

    def __init__(self, decided: Mapping[str, Any], room: str) -> None:
        self.outcome = decided["outcome"]
        self.content = Message.read(decided["message"]).content
        self._room = room

    def said(self, lang: str = "ja") -> str:
        assert plain(self._room, self.content, lang, "1")["content"]
        body = render(self._room, self.content, lang, "1")
        return str(body["embeds"][0]["title"]) + "\n" + str(body["embeds"][0]["description"])

    def button(self, label: str, lang: str = "ja") -> str:
        body = render(self._room, self.content, lang, "1")
        [found] = [
            each["custom_id"]
            for row in body["components"]
            for each in row["components"]
            if each["label"] == label
        ]
        return str(found)

    @property
    def problems(self) -> list[str]:
        return [each["key"] for each in self.content["problems"]]


class Owner:
    """Somebody with forms, and the stack behind them."""

    def __init__(self, bot: Bot, tables: Any, number: list[int], user: str = USER) -> None:
        self.bot, self.tables, self.user, self._number = bot, tables, user, number
        self.language = "ja"
        self.own: dict[str, ModuleType] = {}
        self.workshop = load_function("workshop", own_modules=self.own)
        self.plan = load_function("plan")
        self.sent: dict[str, bytes] = {}
        vars(self.own["fetch"])["fetch"] = self.sent.__getitem__
        vars(self.workshop)["_say"] = lambda *_args, **_values: None

    def opens(self, source: str | dict[str, Any]) -> dict[str, Any]:
        """The form behind a button's custom id, or a command."""
        answer = self.bot.send(self._mine(self._opening(source)))
        assert answer["type"] == 9, answer
        assert not refusal_of_answer(answer)
        form: dict[str, Any] = answer["data"]
        return form

    def told(self, source: str | dict[str, Any]) -> dict[str, Any]:
        """The private message in place of a form."""
        answer = self.bot.send(self._mine(self._opening(source)))
        assert answer["type"] == 4 and answer["data"]["flags"] == 64
        data: dict[str, Any] = answer["data"]
        return data

    def sends(
        self, form: Mapping[str, Any], values: Mapping[str, str], *pictures: tuple[str, bytes]
    ) -> Done:
        """The form as Discord sends it, and all that comes of it."""
        planned, interaction = self.begins(form, values, *pictures)
        assert record(interaction, planned)
        return Done(planned, interaction["command"])

    def begins(
        self, form: Mapping[str, Any], values: Mapping[str, str], *pictures: tuple[str, bytes]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The same, up to what Plan decides."""
        sent = self._form(form, values, pictures)
        self.bot.starter.asked.clear()
        assert self.bot.send(sent)["type"] in (5, 6)
        [(machine, _, text)] = self.bot.starter.asked
        assert machine.endswith("workshop")
        return self.planned(json.loads(text))

    def presses(self, custom_id: str) -> Done:
        self.bot.starter.asked.clear()
        assert self.bot.send(self._mine(button(custom_id)))["type"] == 6
        [(_, _, text)] = self.bot.starter.asked
        planned, interaction = self.planned(json.loads(text))
        assert record(interaction, planned)
        return Done(planned, interaction["command"])

    def planned(self, interaction: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        del interaction["received_at"]  # by the clock that stands still
        unpacked = self.step(interaction, "unpack")
        for first in unpacked["batches"]:
            self.step(interaction, "pictures", first=first, count=unpacked["count"])
        self.step(interaction, "compose")
        change = {**interaction, "options": {**interaction["options"], "manifest": "made"}}
        decided = self.plan.handler({"interaction": change}, None)
        return json.loads(json.dumps(decided)), change

    def step(self, interaction: dict[str, Any], step: str, **more: Any) -> dict[str, Any]:
        result: dict[str, Any] = self.workshop.handler(
            {"interaction": interaction, "step": step, **more}, None
        )
        return result

    def draft(self, banner: str = "b1") -> Draft:
        pointer = DraftPointer.read(settings.setting(GUILD, draft_setting(banner)))
        return Draft.read(files.get(files.DRAFTS, pointer.file))

    def cards(self) -> Cards:
        pointer = CardsPointer.read(settings.setting(GUILD, CARDS))
        return Cards.read(files.get(files.CARDS, pointer.file))

    def new(self, **values: str) -> Done:
        return self.sends(self.opens(slash("banner", "new")), {**NEW, **values})

    def _opening(self, source: str | dict[str, Any]) -> dict[str, Any]:
        return button(source) if isinstance(source, str) else source

    def _mine(self, interaction: dict[str, Any]) -> dict[str, Any]:
        self._number[0] += 1
        interaction["id"] = str(FIRST_ID + (self._number[0] << 22))
        interaction["member"] = {
            "user": {"id": self.user}, "permissions": str(MANAGE_GUILD), "roles": [],
        }  # fmt: skip
        interaction["locale"] = self.language
        if "message" in interaction:
            interaction["message"]["interaction_metadata"]["user"]["id"] = self.user
        return interaction

    def _form(
        self,
        form: Mapping[str, Any],
        values: Mapping[str, str],
        pictures: tuple[tuple[str, bytes], ...],
    ) -> dict[str, Any]:
        sent = self._mine(command())
        attachments = {}
        for number, (name, content) in enumerate(pictures, start=70):
            self.sent[f"{CDN}{name}"] = content
            attachments[str(number)] = {
                "id": str(number), "filename": name, "size": len(content), "url": f"{CDN}{name}",
            }  # fmt: skip
        components = []
        for each in form["components"]:
            field = each["component"]
            id_, kind = field["custom_id"], field["type"]
            shown = field.get("value", "") if kind == 4 else chosen(field)
            value = values.get(id_, shown)
            if kind == 4:
                assert len(value) <= field["max_length"]
                given: dict[str, Any] = {"value": value}
            elif kind == 19:
                assert len(attachments) <= field["max_values"]
                given = {"values": list(attachments)}
            else:
                given = {"values": [value] if value else []}
                assert not value or value in [str(one["value"]) for one in field["options"]]
            components.append({"type": 18, "component": {"type": kind, "custom_id": id_, **given}})
        sent["type"] = 5
        sent["data"] = {
            "custom_id": form["custom_id"],
            "components": components,
            "resolved": {"attachments": attachments},
        }
        return sent


def chosen(field: Mapping[str, Any]) -> str:
    values = [str(each["value"]) for each in field.get("options", ()) if each.get("default")]
    return values[0] if values else ""


def filled(form: Mapping[str, Any]) -> dict[str, str]:
    """What a form shows when it opens."""
    fields = (each["component"] for each in form["components"])
    return {
        each["custom_id"]: each.get("value", "") if each["type"] == 4 else chosen(each)
        for each in fields
    }


def slash(group: str, name: str, *given: dict[str, Any]) -> dict[str, Any]:
    interaction = command()
    below = {"name": name, "type": 1, "options": [*given]}
    interaction["data"] |= {
        "name": "gacha-admin",
        "options": [{"name": group, "type": 2, "options": [below]}],
    }
    return interaction


def picture(colour: str = "red") -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(output, "PNG")
    return output.getvalue()


@pytest.fixture
def owner(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Owner]:
    with at_work(tables, monkeypatch) as owner:
        yield owner


@contextmanager
def at_work(tables: Any, monkeypatch: pytest.MonkeyPatch, guilds: str = GUILD) -> Iterator[Owner]:
    """An owner, and a stack that serves these servers."""
    files._kept.clear()
    monkeypatch.setenv("DISCORD_API_BASE_URL", "https://discord.test/api")
    monkeypatch.setattr(
        inline, "setting", lambda guild, name, again="": settings.setting(guild, name)
    )
    with running(monkeypatch, guilds=guilds) as bot:
        monkeypatch.delenv("AWS_ENDPOINT_URL")
        now = snowflake.created_ms(str(FIRST_ID)) / 1000
        monkeypatch.setattr(draft_forms, "time", SimpleNamespace(time=lambda: now))
        yield Owner(bot, tables, [0])
    files._kept.clear()


def test_a_banner_is_made_by_forms_alone(owner: Owner) -> None:
    """To a file that members can pull, with pictures; each answer leads to the next step."""
    made = owner.new()
    assert made.outcome == "planned" and "クリスマス" in made.said()
    assert "SSR：3\u00a0%（約 33 回に 1 回）" in made.said() and "R：85\u00a0%" in made.said()
    assert "about 1 in 33" in made.said("en")
    numbers = owner.opens(made.button("天井・交換"))
    assert filled(numbers) == {"ceiling": "100", "of": "none", "least": "none", "exchange": ""}
    typed = {"ceiling": "80", "of": "SSR", "least": "SR", "exchange": "100"}
    ruled = owner.sends(numbers, typed)
    assert "80" in ruled.said()
    form = owner.opens(ruled.button("カードを 1 枚追加"))
    one = {"name": "リリィ", "rarity": "SSR"}
    added = owner.sends(form, one, ("IMG_1.png", picture()))
    assert added.problems == ["rarity_without_card", "rarity_without_card"]
    many = owner.opens(added.button("まとめて追加"))
    lines = "ミラ, SR\nノア, R"
    whole = owner.sends(
        many, {"cards": lines}, ("a.png", picture("blue")), ("b.png", picture("lime"))
    )
    assert whole.problems == [] and "公開の準備" in whole.said()
    pointer = DraftPointer.read(settings.setting(GUILD, draft_setting("b1")))
    banner = parse(files.get(files.BANNERS, pointer.rules), "b1")
    assert [card.name["ja"] for card in banner.cards] == ["リリィ", "ミラ", "ノア"]
    assert banner.rarities[0].ceiling == 80 and banner.price(10) == 1600
    arts = [card.art for card in owner.cards().by_number.values()]
    assert len(set(arts)) == 3
    for art in arts:
        assert Image.open(io.BytesIO(files.get(files.ART, art))).format == "WEBP"
    ledger = [row for row in rows(owner.tables) if server.is_key(row["user_id"])]
    stored = {row["setting"]: row for row in rows(owner.tables, "server_settings")}
    assert [row["kind"] for row in ledger] == ["draft", "draft", "cards", "cards"]
    assert not list(server_audit.check(server.key(GUILD), ledger, stored, []))
    again = owner.opens(whole.button("まとめて追加"))
    asked = owner.sends(again, {"cards": "りりぃ, SSR"}).said()
    assert "確認が残っています" in asked and "公開の準備" not in asked


def test_the_prices_of_a_draft_are_those_that_somebody_pays(owner: Owner) -> None:
    said = owner.new(kind="daily", prices="160").said()
    assert "**1 日の値段**：1 回 無料" in said and "160" not in said.partition("1 日の値段")[2]
    said = owner.new(kind="step-up", prices="100 / 1000").said()
    assert "500 / 1000" in said and "10 連 1,000" not in said


def test_dates_that_were_changed_apart_stand_in_the_form_and_in_what_is_understood(
    owner: Owner,
) -> None:
    def manages(do: str, **options: str) -> None:
        owner._number[0] += 1
        given = {"admin": owner.user, "do": do, **options}
        asked = workflow_input(owner._number[0], "admin banner list", **given)
        decided = json.loads(json.dumps(owner.plan.handler({"interaction": asked}, None)))
        assert decided["outcome"] == "planned", decided
        assert record(asked, decided)

    owner.new(kind="simple", rarities="R 残り")
    form = owner.opens("admin card add:open:b1")
    owner.sends(form, {"name": "リリィ", "rarity": "R"})
    manages("publish", banner="b1", draft="2")
    [offer] = settings.game(GUILD).offers
    manages("period", of="offer", banner="b1", seen=offer.period_hash, starts="", ends="2027/3/1")
    basics = owner.opens("admin banner new:edit:b1")
    period = filled(basics)["period"]
    assert "2027/3/2 0:00" in period
    made = owner.sends(basics, {"rarities": "R 100%"})
    [offer] = settings.game(GUILD).offers
    assert offer.ends_ms is not None and f"<t:{offer.ends_ms // 1000}:f>" in made.said()
    assert owner.draft().ends_ms is None  # it leaves them to what is published
    assert filled(owner.opens("admin banner new:edit:b1"))["period"] == period
    made = owner.sends(owner.opens("admin banner new:edit:b1"), {"period": "〜2027/5/1"})
    assert owner.draft().ends_ms is not None
    assert "2027/5/2 0:00" in filled(owner.opens("admin banner new:edit:b1"))["period"]


# --- refused, stale, lost -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "problem"),
    [
        ("rarities", "SSR 1.2.3%\nR 97%", "not_rate"),
        ("rarities", "SSR 3%\nSSR 97%", "rarity_twice"),
        ("prices", "160", "price_form"),
        ("period", "13/45", "no_such_date"),
        ("name", "x" * 80, ""),
    ],
)
def test_a_refused_form_opens_again_as_it_was_typed(
    owner: Owner, field: str, typed: str, problem: str
) -> None:
    done = owner.new(**{field: typed})
    if not problem:
        assert done.outcome == "planned"
        return
    assert (done.outcome, done.problems) == ("refused", [problem])
    assert settings.setting(GUILD, CARDS) is None
    again = owner.opens(done.button("入力を修正"))
    assert filled(again) == {**NEW, field: typed}
    assert owner.sends(again, {field: NEW[field]}).outcome == "planned"
    assert owner.draft().name == {"ja": "クリスマス"}


def test_all_that_is_wrong_is_said_at_once_with_its_line(owner: Owner) -> None:
    done = owner.new(rarities="SSR 3%\nSR 300%", prices="many", period="いつか")
    assert done.problems == ["rate_above_one", "not_whole", "not_date"]
    assert "2 行目・レアリティ" in done.said() and "line 2, rarities" in done.said("en")


def test_faults_are_told_in_the_order_of_the_forms_fields(owner: Owner) -> None:
    """And what only its field's own rule can tell, at the door or in a picture, is among them."""
    said = owner.new(name="　", rarities="R -5%\nSR 200%", prices="a", period="いつか")
    keys = ["name_missing", "not_rate", "rate_above_one", "not_whole", "not_date"]
    assert said.problems == keys
    fields = [each["place"][1] for each in said.content["problems"]]
    assert fields == ["name", "rarities", "rarities", "prices", "period"]
    made = owner.new()
    numbers = owner.opens(made.button("天井・交換"))
    refused = owner.sends(numbers, {"ceiling": "1", "exchange": "x"})
    asked = [each["component"]["custom_id"] for each in numbers["components"]]
    fields = [each["place"][1] for each in refused.content["problems"]]
    assert fields == ["ceiling", "exchange"] == sorted(fields, key=asked.index)
    form = owner.opens(made.button("カードを 1 枚追加"))
    typed = {"name": "　", "rarity": "SSR", "weight": "many"}
    refused = owner.sends(form, typed, ("note.png", b"I am a text"))
    assert refused.problems == ["name_missing", "not_whole", "picture_none"]
    several = owner.opens(made.button("まとめて追加"))
    refused = owner.sends(several, {"cards": "ミラ, どこか\nノア"}, ("a.png", picture()))
    assert refused.problems == ["rarity_unknown", "rarity_missing", "pictures_and_lines"]


def test_of_very_many_faults_the_first_are_told_and_the_others_counted(owner: Owner) -> None:
    several = owner.opens(owner.new().button("まとめて追加"))
    refused = owner.sends(several, {"cards": "\n".join(f"カード{n}, ?" for n in range(90))})
    assert len(refused.problems) == 20 and "70" in refused.said().rsplit("\n", 1)[-1]


def test_a_new_draft_that_is_refused_is_called_what_was_typed(owner: Owner) -> None:
    """It has no id that anybody could know, and is not there."""
    refused = owner.new(name="冬の*祭り*", prices="many")
    assert (refused.content["banner"], refused.content["name"]) == ("", "冬の*祭り*")
    assert "**冬の\\*祭り\\***" in refused.said() and "b1" not in refused.said()
    assert settings.setting(GUILD, CARDS) is None
    owner.new()
    refused = owner.new(name="冬の祭り", prices="many")
    assert "b2" not in refused.said() and "b2" not in refused.said("en")


def test_who_sends_twice_is_told_so_and_not_that_it_was_somebody_else(owner: Owner) -> None:
    made = owner.new()
    for label, typed in (("天井・交換", {"ceiling": "50"}), ("基本設定を編集", {"prices": "1/9"})):
        form = owner.opens(made.button(label))
        assert owner.sends(form, typed).outcome == "planned"
        again = owner.sends(form, typed)
        assert (again.outcome, again.content["state"]) == ("shown", "already")
        assert "すでに送信済み" in again.said() and "Already sent" in again.said("en")
        assert again.button("プレビュー")
    form = owner.opens(made.button("天井・交換"))
    assert owner.sends(form, {"ceiling": "60"}).outcome == "planned"
    other = owner.sends(form, {"ceiling": "70"})
    assert other.outcome == "stale" and "あなたは" in other.said()
    assert "<@" not in other.said() and "You have already sent" in other.said("en")


def test_two_at_once_of_the_same_new_draft_are_one(owner: Owner) -> None:
    """The second was composed beside the first: by then it is there."""
    form = owner.opens(slash("banner", "new"))
    first = owner.begins(form, NEW)
    second = owner.begins(form, NEW)
    for _, change in (first, second):
        made = json.loads(json.dumps(owner.plan.handler({"interaction": change}, None)))
        assert record(change, made)
    assert made["outcome"] == "shown" and made["message"]["state"] == "already"
    assert [*CardsPointer.read(settings.setting(GUILD, CARDS)).drafts] == ["b1"]


def with_cards(owner: Owner) -> Done:
    made = owner.new()
    return owner.sends(
        owner.opens(made.button("カードを 1 枚追加")), {"name": "リリィ", "rarity": "SSR"}
    )


@pytest.mark.parametrize("language", ["ja", "en-US"])
def test_who_is_refused_before_anything_is_read_has_what_was_typed(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """The rate limit keeps nothing of what it refuses, so its answer says it all."""
    owner.language = language
    form = owner.opens(slash("banner", "new"))
    monkeypatch.setattr(owner.bot.app._buckets, "take", lambda *_args, **_more: 90)
    typed = {**NEW, "rarities": "SSR 3%\n```R 97%\n", "period": ""}
    answer = owner.bot.send(owner._form(form, typed, (("a.png", b"x"),)))
    assert answer["type"] == 4 and not refusal_of_answer(answer)
    said = answer["data"]["content"]
    assert "90" in said and ("コピーして" if language == "ja" else "copy it") in said
    blocks = re.findall("```\n(.*?)\n```", said, re.DOTALL)
    assert blocks[:2] == ["クリスマス", "SSR 3%\n'''R 97%\n"] and blocks[3] == "160 / 1600"
    assert len(blocks) == 4 and ("天井あり" if language == "ja" else "With pity") == blocks[2]
    assert "**値段（1 回 / まとめ引き）**" in said or language != "ja"


@pytest.mark.parametrize(
    ("kind", "rarities", "line", "hint"),
    [
        ("box", "A賞\nB賞", "金メダル, A賞, 10", "箱に入れる枚数"),
        ("rate-up", "SSR 3%\nR 残り", "リリィ, SSR, ○", "○ はピックアップ"),
    ],
)
def test_the_form_for_several_cards_says_what_a_line_may_end_with(
    owner: Owner, kind: str, rarities: str, line: str, hint: str
) -> None:
    form = owner.opens(owner.new(kind=kind, rarities=rarities).button("まとめて追加"))
    assert hint in form["components"][0]["description"]
    assert owner.sends(form, {"cards": line}).outcome == "planned"
    [card] = owner.draft().cards
    assert (card.stock, card.featured) == ((10, False) if kind == "box" else (1, True))


def test_what_is_too_long_for_a_text_is_in_embeds(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.new()
    form = owner.opens(slash("banner", "paste"))
    monkeypatch.setattr(owner.bot.app._buckets, "take", lambda *_args, **_more: 1_800)
    rows = "名前\tSSR\t1\n" * 444
    answer = owner.bot.send(owner._form(form, {"rows": rows[:4_000]}, ()))
    assert not refusal_of_answer(answer)
    [embed] = answer["data"]["embeds"]
    assert embed["description"] == f"```\n{rows[:4_000]}\n```"
    assert rows[:9] not in answer["data"]["content"]


def test_pictures_of_a_refused_form_are_kept_with_it(owner: Owner) -> None:
    """They are not sent again, however often the words are refused."""
    form = owner.opens(owner.new().button("まとめて追加"))
    pictures = ("a.png", picture("blue")), ("b.png", picture("lime"))
    refused = owner.sends(form, {"cards": "ミラ, SR\nノア, どこか"}, *pictures)
    assert refused.problems == ["rarity_unknown"]
    owner.sent.clear()  # Discord's addresses have expired
    again = owner.opens(refused.button("入力を修正"))
    assert "前に送った画像" in str(again)
    assert filled(again)["cards"] == "ミラ, SR\nノア, どこか"
    refused = owner.sends(again, {"cards": "ミラ, SR"})
    assert refused.problems == ["pictures_and_lines"]
    again = owner.opens(refused.button("入力を修正"))
    assert owner.sends(again, {"cards": "ミラ, SR\nノア, R"}).outcome == "planned"
    assert len({card.art for card in owner.cards().by_number.values()} - {""}) == 2


def test_a_banner_has_a_picture_a_description_and_colours_of_its_own(owner: Owner) -> None:
    made = with_cards(owner)
    form = owner.opens(made.button("画像・説明・色"))
    assert "now" not in filled(form)  # there is none to keep
    typed = {"description": "冬だけ\n**特別**", "looks": "SSR 🌟 #FFAA00\nR ⚪"}
    refused = owner.sends(form, {**typed, "looks": "SSR #12"}, ("tree.png", picture("green")))
    assert refused.problems == ["not_colour"]
    again = owner.opens(refused.button("入力を修正"))
    assert again["custom_id"].endswith(":look:kept")
    assert filled(again)["description"] == typed["description"]
    done = owner.sends(again, typed)
    assert done.outcome == "planned" and "ガチャの画像を設定" in done.said()
    draft = owner.draft()
    assert (draft.description, len(draft.picture)) == (typed["description"], 32)
    looks = [(each.emoji, each.colour) for each in draft.rarities]
    assert looks == [("🌟", 0xFFAA00), ("", None), ("⚪", None)]
    form = owner.opens(done.button("画像・説明・色"))
    assert filled(form) == {"pictures": "", "now": "keep", **typed}
    kept = owner.sends(form, {"description": ""})
    assert owner.draft().picture == draft.picture and owner.draft().description == ""
    form = owner.opens(kept.button("画像・説明・色"))
    gone = owner.sends(form, {"now": "none"})
    assert owner.draft().picture == "" and "外しました" in gone.said()


def test_what_is_edited_from_a_laid_out_message_has_one_of_its_own(owner: Owner) -> None:
    """A message of components V2 never takes an embed again."""
    made = owner.new()
    form = owner.opens(made.button("画像・説明・色"))
    for flags, kind in ((64, 6), (64 | 1 << 15, 5)):
        sent = owner._form(form, {}, ())
        sent["message"] = {**button("x")["message"], "flags": flags}
        sent["message"]["interaction_metadata"]["user"]["id"] = USER
        assert owner.bot.send(sent)["type"] == kind


def test_another_picture_takes_the_kept_ones_place(owner: Owner) -> None:
    form = owner.opens(owner.new().button("カードを 1 枚追加"))
    typed = {"name": "リリィ", "rarity": "SSR", "weight": "?"}
    refused = owner.sends(form, typed, ("a.png", picture("blue")))
    again = owner.opens(refused.button("入力を修正"))
    assert filled(again) == {**typed, "featured": "no", "pictures": ""}
    owner.sends(again, {"weight": "2"}, ("b.png", picture("lime")))
    [card] = owner.cards().by_number.values()
    image = Image.open(io.BytesIO(files.get(files.ART, card.art))).convert("RGB")
    assert image.getpixel((5, 5))[1] > 200  # type: ignore[index]
    assert owner.draft().cards[0].weight == 2


def test_a_picture_that_is_none_is_named_and_not_kept(owner: Owner) -> None:
    form = owner.opens(owner.new().button("カードを 1 枚追加"))
    done = owner.sends(form, {"name": "リリィ", "rarity": "SSR"}, ("doc.pdf", b"%PDF-1.7 ..."))
    assert done.problems == ["picture_kind"] and "doc.pdf" in done.said()
    again = owner.opens(done.button("入力を修正"))
    done = owner.sends(again, {}, ("lily.png", b"I am a text"))
    assert done.problems == ["picture_none"]
    assert "lily.png・画像**：画像として読めません。PNG" in done.said()
    assert filled(again)["name"] == "リリィ" and ":kept" not in again["custom_id"]
    assert owner.sends(again, {}).outcome == "planned"


def test_a_refused_form_says_whether_its_pictures_are_kept(owner: Owner) -> None:
    """Those of a form that had none are not spoken of."""
    form = owner.opens(owner.new().button("カードを 1 枚追加"))
    kept = {"ja": "画像も保存されています", "en": "Your pictures are kept"}
    lost = {"ja": "画像は保存されていません。「入力を修正」で", "en": "Your pictures are not kept"}

    def says(done: Done, expected: bool | None) -> None:
        for lang in ("ja", "en"):
            said = done.said(lang)
            assert (kept[lang] in said, lost[lang] in said) == (expected is True, expected is False)
        again = owner.opens(done.button("入力を修正"))
        assert again["custom_id"].endswith(":kept") == (expected is True)

    typed = {"name": "リリィ", "rarity": "SSR", "weight": "?"}
    says(owner.sends(form, typed), None)
    says(owner.sends(form, typed, ("a.png", picture())), True)
    says(owner.sends(form, typed, ("a.png", b"text")), False)  # refused themselves
    fetch = vars(owner.own["fetch"])
    refused = owner.own["refused"].RefusedError("fetch_gone")

    def gone(_address: str) -> bytes:
        raise refused

    fetch["fetch"] = gone  # they never came
    says(owner.sends(form, typed, ("a.png", picture())), False)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_where_there_is_no_draft_yet_none_is_said_to_be_as_it_was(owner: Owner, lang: str) -> None:
    """Of a form, and of a file; what failed, or came late, is said of neither."""
    as_it_was = {"ja": "下書きは変わっていません", "en": "The draft is as it was"}[lang]
    none_yet = {"ja": "下書きはまだ作成していません", "en": "No draft was made yet"}[lang]
    refused = owner.new(prices="?")
    assert none_yet in refused.said(lang) and as_it_was not in refused.said(lang)
    there = owner.opens(owner.new().button("基本設定を編集"))
    refused = owner.sends(there, {"prices": "?"})
    assert as_it_was in refused.said(lang) and none_yet not in refused.said(lang)
    for room in ("admin banner upload", "admin banner new"):
        for state in ("refused", "failed", "stale"):
            done = Done.__new__(Done)
            done._room, done.content = room, {**refused.content, "kind": room, "state": state}
            done.content |= {"banner": "", "name": "夏"}
            assert as_it_was not in done.said(lang)


def test_nobody_takes_anothers_pictures(owner: Owner) -> None:
    """A custom id says that there are some, and never whose."""
    form = owner.opens(owner.new().button("カードを 1 枚追加"))
    refused = owner.sends(
        form, {"name": "リリィ", "rarity": "SSR", "weight": "?"}, ("a.png", picture())
    )
    again = owner.opens(refused.button("入力を修正"))
    assert again["custom_id"].endswith(":kept")
    other = Owner(owner.bot, owner.tables, owner._number, OTHER)
    taken = other.sends(again, {"name": "ノア", "rarity": "R", "weight": "1"})
    assert taken.problems == ["pictures_gone"]


def test_after_a_day_the_pictures_are_asked_for_again(owner: Owner) -> None:
    form = owner.opens(owner.new().button("カードを 1 枚追加"))
    typed = {"name": "リリィ", "rarity": "SSR", "weight": "?"}
    refused = owner.sends(form, typed, ("a.png", picture()))
    again = owner.opens(refused.button("入力を修正"))
    kept = settings.setting(GUILD, f"form#admin card add#{USER}")
    assert kept is not None
    kept["values"]["pictures"] = str(FIRST_ID)  # whose files the bucket has dropped
    owner.tables.put_item(TableName="server_settings", Item=items.to_item(kept))
    done = owner.sends(again, {"weight": "1"})
    assert done.problems == ["pictures_gone"]
    anew = owner.opens(done.button("入力を修正"))
    assert ":kept" not in anew["custom_id"] and filled(anew)["weight"] == "1"


@pytest.mark.parametrize("number", ["numbers", "edit"])
def test_of_two_editors_the_second_is_told_and_nothing_is_lost(owner: Owner, number: str) -> None:
    made = owner.new()
    label = {"numbers": "天井・交換", "edit": "基本設定を編集"}[number]
    late = owner.opens(made.button(label))
    other = Owner(owner.bot, owner.tables, owner._number, OTHER)
    other.sends(other.opens(made.button("天井・交換")), {"ceiling": "50"})
    typed = {"numbers": {"ceiling": "70"}, "edit": {"prices": "10 / 100"}}[number]
    stale = owner.sends(late, typed)
    assert stale.outcome == "stale" and f"<@{OTHER}>" in stale.said()
    assert (owner.draft().rule.ceiling, owner.draft().price_one) == (50, 160)
    again = owner.opens(stale.button("入力を修正"))
    [(field, value)] = typed.items()
    assert filled(again)[field] == value
    assert owner.sends(again, {}).outcome == "planned"


def test_two_who_add_cards_at_once_both_do(owner: Owner) -> None:
    made = owner.new()
    forms = [owner.opens(made.button("カードを 1 枚追加")) for _ in range(2)]
    for form, name in zip(forms, ("リリィ", "ミラ"), strict=True):
        assert owner.sends(form, {"name": name, "rarity": "SSR"}).outcome == "planned"
    assert len(owner.draft().cards) == 2


def test_a_draft_that_changed_while_the_pictures_were_made_is_stale_and_the_form_kept(
    owner: Owner,
) -> None:
    made = owner.new()
    form = owner.opens(made.button("カードを 1 枚追加"))
    other = Owner(owner.bot, owner.tables, owner._number, OTHER)
    numbers = other.opens(made.button("天井・交換"))
    sent = owner._form(form, {"name": "リリィ", "rarity": "SSR"}, (("a.png", picture()),))
    owner.bot.starter.asked.clear()
    owner.bot.send(sent)
    [(_, _, text)] = owner.bot.starter.asked
    interaction = json.loads(text)
    del interaction["received_at"]
    for step, more in (("unpack", {}), ("pictures", {"first": 0, "count": 1}), ("compose", {})):
        owner.step(interaction, step, **more)
    assert other.sends(numbers, {"ceiling": "50"}).outcome == "planned"
    change = {**interaction, "options": {**interaction["options"], "manifest": "made"}}
    decided = owner.plan.handler({"interaction": change}, None)
    assert decided["outcome"] == "stale" and record(change, decided)
    again = owner.opens("admin card add:again")
    assert again["custom_id"].endswith(":kept")
    assert owner.sends(again, {}).outcome == "planned"
    assert [card.art != "" for card in owner.cards().by_number.values()] == [True]


def test_where_the_workshop_failed_the_form_is_kept(owner: Owner) -> None:
    form = owner.opens(slash("banner", "new"))
    sent = owner._form(form, NEW, ())
    owner.bot.starter.asked.clear()
    owner.bot.send(sent)
    [(_, _, text)] = owner.bot.starter.asked
    interaction = json.loads(text)
    del interaction["received_at"]
    change = {**interaction, "options": {**interaction["options"], "manifest": "failed"}}
    decided = owner.plan.handler({"interaction": change}, None)
    assert decided["outcome"] == "refused" and record(change, decided)
    done = Done(decided, "admin banner new")
    assert filled(owner.opens(done.button("入力を修正"))) == NEW


@pytest.mark.parametrize(
    ("source", "button_"),
    [
        (slash("card", "add"), "admin card add:open"),
        (slash("card", "add", option("count", "many")), "admin card add:open:many"),
        (slash("card", "add", option("banner", "b1")), "admin card add:open:b1"),
        (slash("banner", "paste"), "admin banner paste:open"),
        ("admin banner new:numbers:b1", "admin banner new:numbers:b1"),
        ("admin banner new:edit:b1", "admin banner new:edit:b1"),
        ("admin card add:again", "admin card add:again"),
        ("admin card add:open:many:b1", "admin card add:open:many:b1"),
    ],
)
def test_a_form_that_would_be_late_is_a_button_that_opens_it(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, source: str | dict[str, Any], button_: str
) -> None:
    owner.new()

    def late(_guild: str, _name: str, again: str = "") -> None:
        raise NotReadyError(again)

    soon = inline.setting
    monkeypatch.setattr(inline, "setting", late)
    told = owner.told(source)
    [row] = told["components"]
    assert [each["custom_id"] for each in row["components"]] == [button_]
    monkeypatch.setattr(inline, "setting", soon)
    if ":again" not in button_:
        assert owner.opens(button_)["components"]


# --- which draft ----------------------------------------------------------------------------------


def test_without_a_draft_it_says_how_to_make_one(owner: Owner) -> None:
    for source in (slash("card", "add"), slash("banner", "paste")):
        assert "/ガチャ管理 ガチャ 新規" in owner.told(source)["content"]


def test_an_edit_goes_to_the_draft_that_is_named_else_to_the_latest_and_says_which(
    owner: Owner,
) -> None:
    owner.new()
    owner.new(name="お正月")
    latest = owner.opens(slash("card", "add"))
    assert "お正月" in latest["title"]
    named = owner.opens(slash("card", "add", option("banner", "b1")))
    assert "クリスマス" in named["title"]
    done = owner.sends(named, {"name": "リリィ", "rarity": "SSR"})
    assert "クリスマス" in done.said() and [len(owner.draft(b).cards) for b in ("b1", "b2")] == [
        1,
        0,
    ]
    assert "クリスマス" in owner.opens(slash("card", "add"))["title"]  # it is the latest now
    typed = owner.told(slash("card", "add", option("banner", "お正")))
    [row] = typed["components"]  # another read would be too late
    assert row["components"][0]["custom_id"] == "admin card add:open:b2"
    for unknown in ("b77", "夏"):
        told = owner.told(slash("card", "add", option("banner", unknown)))
        assert "見つかりません" in told["content"]


def test_after_a_discard_the_forms_are_those_of_the_draft_before(owner: Owner) -> None:
    owner.new()
    owner.new(name="お正月", rarities="UR 1%\nR 残り")
    for number, (banner, left) in enumerate((("b2", "クリスマス"), ("b1", None)), start=900):
        asked = workflow_input(number, "admin banner list", admin=USER, do="discard", banner=banner)
        version = str(DraftPointer.read(settings.setting(GUILD, draft_setting(banner))).version)
        asked["options"] |= {"draft": version, "sure": "yes"}
        assert record(asked, owner.plan.handler({"interaction": asked}, None))
        if left is None:
            assert "新規" in owner.told(slash("card", "add"))["content"]
            continue
        form = owner.opens(slash("card", "add"))
        assert left in form["title"]
        [rarity] = [
            each["component"]
            for each in form["components"]
            if each["component"]["custom_id"] == "rarity"
        ]
        assert [each["value"] for each in rarity["options"]] == ["SSR", "SR", "R"]


def test_the_option_is_completed_with_the_latest_first(owner: Owner) -> None:
    owner.new()
    owner.new(name="お正月")
    typing = slash("card", "add", {**option("banner", ""), "focused": True})
    typing["type"] = 4
    choices = owner.bot.send(owner._mine(typing))["data"]["choices"]
    assert choices == [
        {"name": "お正月 (b2)", "value": "b2"},
        {"name": "クリスマス (b1)", "value": "b1"},
    ]


def test_a_custom_id_of_a_draft_that_is_not_the_servers_changes_nothing(owner: Owner) -> None:
    form = owner.opens(owner.new().button("カードを 1 枚追加"))
    forged = {**form, "custom_id": "admin card add:form:b77"}
    done = owner.sends(forged, {"name": "リリィ", "rarity": "SSR"})
    assert done.problems == ["draft_unknown"]
    assert settings.setting(GUILD, draft_setting("b77")) is None


def test_a_draft_that_was_uploaded_goes_on_by_forms(owner: Owner) -> None:
    sheet = "名前,レア度\nリリィ,SSR\nミラ,R".encode()
    owner.sent[f"{CDN}夏.csv"] = sheet
    given = attachments.written([attachments.Attachment(len(sheet), f"{CDN}夏.csv", "夏.csv")])
    upload = workflow_input(500, "admin banner upload", admin=USER, file=given)
    planned, interaction = owner.planned({**upload, "received_at": 0})
    assert record(interaction, planned)
    form = owner.opens(slash("card", "add"))
    assert "夏" in form["title"]
    assert owner.sends(form, {"name": "ノア", "rarity": "R"}).outcome == "planned"
    basics = owner.opens("admin banner new:edit:b1")
    assert filled(basics)["rarities"] == "SSR\nR"
    assert owner.sends(basics, {"rarities": "SSR 3%\nR 97%"}).problems == []


# --- rules of every kind --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "label", "rarities", "typed", "cards"),
    [
        ("simple", "10 連の保証・交換", NEW["rarities"], {"least": "SR"}, {}),
        (
            "rate-up",
            "ピックアップ・天井・交換",
            NEW["rarities"],
            {"share": "70%"},
            {"featured": "yes"},
        ),
        ("box", "箱のリセット", "A賞\nB賞\nC賞", {"refill": "top"}, {"stock": "3"}),
        (
            "step-up",
            "ステップの値段",
            NEW["rarities"],
            {"steps": "800 / 1600", "repeat": "last"},
            {},
        ),
        ("multi", "枚数・保証・交換", NEW["rarities"], {"size": "5", "least": "SR"}, {}),
        ("daily", "1 日の回数と値段", NEW["rarities"], {"per_day": "2", "turns": "0"}, {}),
        ("stamps", "確定の間隔・交換", NEW["rarities"], {"every": "20", "of": "SR"}, {}),
        (
            "shared",
            "1 日の回数・箱の数・参加条件",
            "A賞\nB賞\nC賞",
            {"per_day": "3", "boxes": "2", "age": "30"},
            {"stock": "3"},
        ),
    ],
)
def test_each_kind_of_rules_is_made_by_forms(
    owner: Owner,
    kind: str,
    label: str,
    rarities: str,
    typed: dict[str, str],
    cards: dict[str, str],
) -> None:
    made = owner.new(kind=kind, rarities=rarities)
    numbers = owner.opens(made.button(label))
    done = owner.sends(numbers, typed)
    for name in [each.shown for each in owner.draft().rarities]:
        form = owner.opens(done.button("カードを 1 枚追加"))
        extra = cards if kind != "rate-up" or name == "SSR" else {}
        done = owner.sends(form, {"name": f"{name}の人", "rarity": name, **extra})
    if kind == "rate-up":  # not all of the highest may be featured
        form = owner.opens(done.button("カードを 1 枚追加"))
        done = owner.sends(form, {"name": "もう一人", "rarity": "SSR"})
    assert done.problems == [], done.said()
    pointer = DraftPointer.read(settings.setting(GUILD, draft_setting("b1")))
    assert pointer.rules
    again = owner.opens(done.button(label))
    assert {**filled(again), **typed} == filled(again)
    basics = owner.opens(done.button("基本設定を編集"))
    assert owner.sends(basics, {}).problems == []
    assert DraftPointer.read(settings.setting(GUILD, draft_setting("b1"))).rules == pointer.rules


def test_a_period_that_nobody_typed_anew_stays_whatever_the_timezone_is_by_then(
    owner: Owner,
) -> None:
    made = owner.new(period="2031/1/1 0:00 〜 2031/1/31 18:00")
    before = owner.draft()
    game = settings.game(GUILD).changed(timezone="Europe/Paris")
    change = server.Change(GUILD, {"kind": "settings", "by": USER, "before": {}, "after": {}}, game)
    items_ = transactions.of_server(change, str(FIRST_ID + (1 << 40)), {})
    owner.tables.transact_write_items(TransactItems=items_)
    basics = owner.opens(made.button("基本設定を編集"))
    owner.sends(basics, {"prices": "100/1000"})
    after = owner.draft()
    assert after.price_one == 100 and before.starts_ms is not None
    assert (after.starts_ms, after.ends_ms) == (before.starts_ms, before.ends_ms)
    shown_now = owner.opens(made.button("基本設定を編集"))
    assert "2030/12/31 16:00" in filled(shown_now)["period"]
    owner.sends(shown_now, {"period": "2031/1/1 0:00 〜 2031/1/31 18:00"})
    assert owner.draft().starts_ms == before.starts_ms + 8 * 3_600_000


def test_a_draft_is_called_in_the_language_of_whoever_edits_it(owner: Owner) -> None:
    made = owner.new()
    owner.language = "en"
    basics = owner.opens(made.button("Edit basics", "en"))
    assert "**Christmas** (b1)" in owner.sends(basics, {"name": "Christmas"}).said("en")
    owner.language = "ja"
    basics = owner.opens(made.button("基本設定を編集"))
    assert "**クリスマス**（b1）" in owner.sends(basics, {"prices": "1/10"}).said()


def test_a_box_says_no_rates_since_its_copies_decide(owner: Owner) -> None:
    made = owner.new(kind="box", rarities="SSR\nSR\nR")
    for lang in ("ja", "en"):
        assert "- SSR\n- SR\n- R\n" in made.said(lang)
    basics = owner.opens(made.button("基本設定を編集"))
    again = owner.sends(basics, {"kind": "simple", "rarities": "SSR 3%\nSR 12%\nR 残り"})
    assert "SSR：3\u00a0%（約 33 回に 1 回）" in again.said()
    basics = owner.opens(again.button("基本設定を編集"))
    refused = owner.sends(basics, {"kind": "box"})  # with the rates that its form shows
    assert refused.problems == ["rate_of_copies"] * 2
    box = owner.sends(basics, {"kind": "box", "rarities": "SSR\nSR\nR"})
    basics = owner.opens(box.button("基本設定を編集"))
    assert '"SSR\\nSR\\nR"' in json.dumps(basics)
    assert "- SSR\n- SR\n- R\n" in owner.sends(basics, {}).said()


def test_packs_without_single_pulls_are_made_by_a_form_and_by_a_sheet(owner: Owner) -> None:
    """One price alone, and how many cards a member may have in all."""
    made = owner.new(kind="multi", prices="500")
    assert "11 連 500（1 回ずつは引けません）" in made.said()
    assert "500 for 11 (no single pulls)" in made.said("en")
    numbers = owner.opens("admin banner new:numbers:b1")
    said = owner.sends(numbers, {"size": "5", "total": "20"}).said()
    assert "5 連 500（1 回ずつは引けません）" in said and "1 人が全部で引ける枚数：20" in said
    rule = owner.draft().rule
    assert (rule.is_alone, rule.size, rule.total) == (True, 5, 20)
    basics = owner.opens("admin banner new:edit:b1")
    assert '"500"' in json.dumps(basics)
    assert "1 回 160" in owner.sends(basics, {"prices": "160 / 500"}).said()
    assert owner.draft().rule.is_alone is False
    owner.sends(basics, {"prices": "700", "kind": "simple"})
    assert not owner.draft().rule.is_alone


def test_a_share_in_a_box_is_refused_by_its_line_and_kept(owner: Owner) -> None:
    """Copies decide there, and what was typed would be lost unseen."""
    typed = "A賞 1%\nB賞 19\nC賞"
    refused = owner.new(kind="box", rarities=typed)
    assert refused.problems == ["rate_of_copies", "rate_of_copies"]
    assert "**1 行目・レアリティ**：箱の中身は確率ではなく枚数で決まります。" in refused.said()
    assert "この行は「A賞」とだけ書き" in refused.said() and "「B賞」とだけ" in refused.said()
    assert "Please write “A賞” alone in this line" in refused.said("en")
    again = owner.opens("admin banner new:again")
    assert typed in json.dumps(again, ensure_ascii=False).replace("\\n", "\n")


def test_the_shards_of_limited_stock_have_no_price_in_the_shop(owner: Owner) -> None:
    owner.new(kind="shared", rarities="A賞\nB賞")
    form = owner.opens("admin banner new:shards:b1")
    assert "ショップで買えません" in json.dumps(form, ensure_ascii=False)
    refused = owner.sends(form, {"shards": "A賞 30\nB賞 5 50"})
    assert refused.problems == ["no_shop_price"]
    assert "**2 行目・かけら**：「B賞 5 50」に値段がありますが" in refused.said()
    assert "A賞 30" in owner.sends(form, {"shards": "A賞 30\nB賞 5"}).said()
    owner.new(kind="ceiling")
    assert "SSR 30 300" in json.dumps(owner.opens("admin banner new:shards:b2"))


def test_rates_that_are_not_one_are_said_and_the_rest_is_offered(owner: Owner) -> None:
    made = owner.new(rarities="SSR 3%\nSR 12%\nR 80%")
    assert "合計 **95\u00a0%**" in made.said() and "In all **95\u00a0%**" in made.said("en")
    done = owner.presses(made.button("残りを一番低いレアリティに"))
    assert "R：85\u00a0%" in done.said() and owner.draft().rarities[-1].rate is None


def test_rows_are_pasted(owner: Owner) -> None:
    owner.new()
    form = owner.opens(slash("banner", "paste"))
    text = "名前\tレア度\t重み\nリリィ\tSSR\t1\nミラ\tSR\t2\nノア\tR\t1"
    done = owner.sends(form, {"rows": text})
    assert done.problems == [] and len(owner.draft().cards) == 3
    wrong = owner.sends(owner.opens(slash("banner", "paste")), {"rows": "アリス\tSSR\tx"})
    assert "1 行目・重み" in wrong.said()
    assert filled(owner.opens(wrong.button("入力を修正"))) == {"rows": "アリス\tSSR\tx"}


def test_a_date_is_the_servers(owner: Owner) -> None:
    game = {"timezone": "America/New_York", "version": 1}
    row = {"server_id": GUILD, "setting": "game", **game}
    owner.tables.put_item(TableName="server_settings", Item=items.to_item(row))
    starts, ends = datetime(2090, 7, 1, 22, tzinfo=UTC), datetime(2090, 7, 3, 4, tzinfo=UTC)
    period = int(starts.timestamp()) * 1000, int(ends.timestamp()) * 1000
    owner.new(period="2090/7/1 18:00〜2090/7/2")
    assert (owner.draft().starts_ms, owner.draft().ends_ms) == period
    basics = owner.opens("admin banner new:edit:b1")
    assert filled(basics)["period"] == "2090/7/1 18:00 – 2090/7/3 0:00"
    owner.sends(basics, {})
    assert (owner.draft().starts_ms, owner.draft().ends_ms) == period


def test_the_fields_of_a_kind_are_the_drafts() -> None:
    from commands.admin_banner_new.definition import KIND, NUMBERS
    from gacha.making.draft import KINDS
    from gacha.making.forms import RULE_FIELDS

    assert {kind: tuple(each.id for each in of) for kind, of in NUMBERS.items()} == RULE_FIELDS
    assert tuple(each.value for each in KIND.choices) == KINDS


def test_a_form_without_a_file_needs_no_server_that_the_operator_named(
    tables: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is typed is little; a file is an upload."""
    with running(monkeypatch, guilds="any") as bot:
        monkeypatch.delenv("AWS_ENDPOINT_URL")
        owner = Owner(bot, tables, [0])
        form = owner.opens(slash("banner", "new"))
        bot.starter.asked.clear()
        assert bot.send(owner._form(form, NEW, ()))["type"] in (5, 6)
        assert len(bot.starter.asked) == 1
        card = {
            "custom_id": "admin card add:form:many:b1",
            "components": [
                {"component": {"custom_id": "cards", "type": 4, "max_length": 4000}},
                {"component": {"custom_id": "pictures", "type": 19, "max_values": 10}},
            ],
        }
        bot.starter.asked.clear()
        told = bot.send(owner._form(card, {"cards": "a, b"}, (("a.png", b"x"),)))
        assert told["type"] == 4 and "AllowedGuildIds" in told["data"]["content"]
        assert not bot.starter.asked


@pytest.mark.parametrize(
    ("settled", "may"),
    [
        ({"editors": "1"}, True),
        ({"managers": "1"}, True),
        ({"editors": "2", "managers": "3"}, False),
        ({"editors": ""}, False),
        ({}, False),
    ],
)
def test_a_form_opens_for_whoever_may_send_it(
    monkeypatch: pytest.MonkeyPatch, settled: dict[str, str], may: bool
) -> None:
    monkeypatch.setattr(inline, "setting", lambda *_, **__: settled)
    asked = Asked.read(workflow_input(0, "admin banner new", admin="9") | {"roles": ["1", ""]})
    if may:
        draft_forms.check_role(asked)
    else:
        with pytest.raises(NoFormError):
            draft_forms.check_role(asked)
