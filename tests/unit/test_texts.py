"""What people read: complete in both languages, and true about money."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters import texts
from adapters.commands import COMMANDS

SENTENCES: dict[str, tuple[str, str]] = texts._SENTENCES
CONTENT_LIMIT = 2_000
UNCHARGED = {"ja": "減っていません", "en": "Nothing was charged"}


def blanks(sentence: str) -> set[tuple[str, str]]:
    """The names and formats of a sentence's blanks."""
    parsed = string.Formatter().parse(sentence)
    return {(name, form or "") for _, name, form, _ in parsed if name is not None}


def filled(key: str, language: str) -> str:
    names = {name for name, _ in blanks(SENTENCES[key][0])}
    return texts.say(language, key, **dict.fromkeys(names, 1_234_567))


@pytest.fixture(params=SENTENCES)
def key(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_sentence_is_there_in_both_languages(key: str) -> None:
    assert len(SENTENCES[key]) == len(texts.LANGUAGES) == 2
    for language in texts.LANGUAGES:
        assert filled(key, language).strip()
        assert len(filled(key, language)) < CONTENT_LIMIT / 2


def test_both_languages_have_the_same_blanks(key: str) -> None:
    japanese, english = SENTENCES[key]
    assert blanks(japanese) == blanks(english)
    assert all(name.isidentifier() for name, _ in blanks(japanese))


def test_the_languages_are_not_swapped(key: str) -> None:
    japanese, english = SENTENCES[key]
    prose = "".join(text for text, *_ in string.Formatter().parse(english))
    assert not any("぀" <= letter <= "鿿" for letter in prose)
    if japanese != english:
        assert any("぀" <= letter <= "鿿" for letter in japanese)


def test_money_has_thousands_separators() -> None:
    assert "1,600" in texts.say("ja", "paid", price=1600, balance=0)
    assert "1,600" in texts.say("en", "paid", price=1600, balance=0)


@pytest.mark.parametrize("hostile", ["{name}", "{0}", "{name.__class__}", "{", "}}", "%s"])
def test_what_a_person_typed_is_shown_as_typed(hostile: str) -> None:
    assert f"“{hostile}”" in texts.say("en", "unknown_command", name=hostile)


def test_an_unknown_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts.say("en", "no_such_sentence")


@pytest.mark.parametrize(
    ("key", "japanese"),
    [
        ("guild_only", "サーバー内でお使いください。"),
        ("voided", "引けませんでした。通貨は減っていません。受付番号 7"),
        ("stands", "結果は記録済みです。/ガチャ 履歴 で確認できます。受付番号 7"),
    ],
)
def test_the_sentences_that_were_promised(key: str, japanese: str) -> None:
    assert texts.say("ja", key, receipt=7) == japanese


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("key", ["not_started", "voided", "banner_closed"])
def test_what_certainly_failed_says_that_nothing_was_charged(key: str, language: str) -> None:
    assert UNCHARGED[language] in filled(key, language)


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("key", ["perhaps_started", "stands", "unclear"])
def test_what_may_stand_never_says_so_and_shows_where_to_look(key: str, language: str) -> None:
    sentence = texts.say(language, key, receipt="1290000000000000123")
    assert "charged" not in sentence
    assert "減っていません" not in sentence
    assert {"ja": "/ガチャ 履歴", "en": "/gacha history"}[language] in sentence
    assert "1290000000000000123" in sentence


def shown(commands: list[dict[str, Any]], language: str) -> set[str]:
    """The commands as Discord shows them in this language: with subcommands, without options."""
    found = set()
    for command in commands:
        name = command["name"]
        if language == "ja":
            name = command["name_localizations"]["ja"]
        below = [each for each in command.get("options", []) if each["type"] in (1, 2)]
        found |= {f"{name} {each}" for each in shown(below, language)} if below else {name}
    return found


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_commands_have_the_names_that_are_shown_in_that_language(key: str, language: str) -> None:
    """A Japanese client finds `/ガチャ 履歴`, and does not show `/gacha history`."""
    names = sorted(shown(COMMANDS, language), key=len, reverse=True)
    sentence = SENTENCES[key][texts.LANGUAGES.index(language)]
    for start in (found.end() for found in re.finditer("/(?=gacha|ガチャ)", sentence)):
        assert sentence.startswith(tuple(names), start), sentence[start:]


@pytest.mark.parametrize("locale", ["ja", "ja-JP"])
def test_japanese_for_japanese_clients(locale: str) -> None:
    assert texts.language(locale) == "ja"


# Source: Discord's reference, "Locales".
OTHER_LOCALES = """
    id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk
    hi th zh-CN zh-TW ko
"""


@pytest.mark.parametrize(
    "locale",
    [*OTHER_LOCALES.split(), "", "jav", "jam-JM", "en-ja", None, 1, True, ["ja"], {"ja": "ja"}],
)
def test_english_for_everyone_else(locale: object) -> None:
    assert texts.language(locale) == "en"


# --- what others wrote ----------------------------------------------------------------------------

ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
"""Discord shows the sign behind a backslash as it is."""

NAMES = [
    "*star*",
    "_x_",
    "||spoiler||",
    "@everyone",
    "<@1290000000000000009>",
    "<:star:1290000000000000009>",
    "<t:0:R>",
    "[a](http://b)",
    "https://b.example",
    "`code`",
    "# head",
    "-# small",
    "- item",
    "1. item",
    "> quote",
    "~~gone~~",
    "back\\slash\\*",
]


def read(markdown: str) -> str:
    """What Discord shows of text in which nothing but escapes means anything."""
    assert not re.search(
        r"[\\*_~`|<>\[\]()@#]|://|[-+] |\d\. |[\n\r\u2028\u2029]", ESCAPED.sub("E", markdown)
    )
    return ESCAPED.sub(r"\1", markdown)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_it_is_written(name: str) -> None:
    assert read(texts.literal(name)) == name


@given(st.text(st.sampled_from("\\*_~`|<>[]()@#:/-+.1 a星🌟\n\u200b\u202e"), max_size=30))
def test_no_text_is_markdown(text: str) -> None:
    shown = re.sub("[\n\u200b\u202e]", " ", text)
    assert read(texts.literal(text)) == shown
    assert len(texts.literal(text)) <= 2 * len(text)


@given(st.text(max_size=30))
@example("a\u202eb")
def test_no_text_turns_the_line_or_ends_it(text: str) -> None:
    shown = texts.literal(text)
    assert all(each.isprintable() or each in "\u3000\u200c\u200d" for each in shown)


@pytest.mark.parametrize(
    "name", ["星織りのルミ", "Lumi, the Star Weaver", "Lumi’s 1.5-star x: y!", "👩\u200d🎤"]
)
def test_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert texts.literal(name) == name


@given(st.text(st.sampled_from("`*a\\ \n"), min_size=1, max_size=10))
def test_code_holds_no_backtick_and_no_line_break(text: str) -> None:
    shown = texts.code(text)
    if "`" in text:
        assert read(shown) == text.replace("\n", " ")
    else:
        assert shown == f"`{text}`".replace("\n", " ")
