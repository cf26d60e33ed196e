"""What people read: complete in both languages, and true about money."""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commands import events, registry, sentences
from commands.sentences import LANGUAGES
from tests import discord_markdown
from tests.over import over
from tests.sentences import SENTENCES

COMMANDS = registry.discord()
CONTENT_LIMIT = 2_000
UNCHARGED = {"ja": "減っていません", "en": "Nothing was charged"}


def blanks(sentence: str) -> set[tuple[str, str]]:
    """The names and formats of a sentence's blanks; those of a command with its option."""
    parsed = string.Formatter().parse(sentence)
    return {(name, form or "") for _, name, form, _ in parsed if name is not None}


def values(sentence: str) -> set[tuple[str, str]]:
    """The blanks that whoever says the sentence fills, but for words that go with a number. The
    server's currency is a word of its own in one language, and of an amount in the other."""
    return {
        (name, form.replace("coins", ","))
        for name, form in blanks(sentence)
        if name[0] != "/" and "|" not in form and name != "currency"
    }


def filled(key: str, language: str, number: int = 1_234_567) -> str:
    found = {each for sentence in SENTENCES[key].both for each in blanks(sentence)}
    numbers = {name for name, form in found if form and name[0] != "/"}
    others = {name for name, form in found if not form and name[0] != "/"} - numbers
    return SENTENCES[key].said(
        language, **dict.fromkeys(numbers, number), **dict.fromkeys(others, "#")
    )


every_sentence = over("key", SENTENCES)


@every_sentence
def test_every_sentence_is_there_in_both_languages(key: str) -> None:
    assert len(SENTENCES[key].both) == len(LANGUAGES) == 2
    for language in LANGUAGES:
        assert filled(key, language).strip()
        assert len(filled(key, language)) < CONTENT_LIMIT / 2


@every_sentence
def test_both_languages_have_the_same_blanks(key: str) -> None:
    japanese, english = SENTENCES[key].both
    assert values(japanese) == values(english)
    assert all(name.isidentifier() for name, _ in values(japanese))


@every_sentence
def test_the_languages_are_not_swapped(key: str) -> None:
    japanese, english = SENTENCES[key].both
    prose = "".join(text for text, *_ in string.Formatter().parse(english))
    assert not any("぀" <= letter <= "鿿" for letter in prose)
    if any(map(str.isalpha, re.sub("{.*?}", "", japanese))) and japanese != english:
        assert any("぀" <= letter <= "鿿" for letter in japanese)


def test_money_has_thousands_separators() -> None:
    assert "1,600" in SENTENCES["pull/paid"].said("ja", price=1600, balance=0)
    assert "1,600" in SENTENCES["pull/paid"].said("en", price=1600, balance=0)


@over(
    ("count", "said"), [(-2, "-2 tickets"), (-1, "-1 ticket"), (1, "+1 ticket"), (0, "+0 tickets")]
)
def test_a_word_goes_with_the_size_of_its_number(count: int, said: str) -> None:
    assert events.say("en", "moved_tickets", count=count) == said


@pytest.mark.parametrize("hostile", ["{name}", "{0}", "{name.__class__}", "{", "}}", "%s"])
def test_what_a_person_typed_is_shown_as_typed(hostile: str) -> None:
    assert f"“{hostile}”" in SENTENCES["unknown_command"].said("en", name=hostile)


def test_an_unknown_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        sentences.say("en", "no_such_sentence")


@pytest.mark.parametrize(
    ("key", "japanese"),
    [
        (
            "guild_only",
            "サーバー内でお使いください。"
            "ここで使えるのは /ガチャ ヘルプ と /ガチャ プライバシー 表示 です。",
        ),
        ("history/empty", "まだ履歴がありません。/ガチャ 引く で引けます。"),
        ("pull/voided", "引けませんでした。通貨は減っていません。受付番号 7"),
        ("stands", "結果は記録済みです。/ガチャ 履歴 で確認できます。受付番号 7"),
    ],
)
def test_the_sentences_that_were_promised(key: str, japanese: str) -> None:
    assert SENTENCES[key].said("ja", receipt_number=7) == japanese


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["not_started", "pull/voided", "pull/banner_closed"])
def test_what_certainly_failed_says_that_nothing_was_charged(key: str, language: str) -> None:
    assert UNCHARGED[language] in filled(key, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["perhaps_started", "stands", "pull/unclear"])
def test_what_may_stand_never_says_so_and_shows_where_to_look(key: str, language: str) -> None:
    sentence = SENTENCES[key].said(language, receipt_number="1290000000000000123")
    assert "charged" not in sentence
    assert "減っていません" not in sentence
    assert {"ja": "/ガチャ 履歴", "en": "/gacha history"}[language] in sentence
    assert "1290000000000000123" in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_closed_an_epoch_is_told_what_to_keep_and_how_to_check_it(language: str) -> None:
    """On a phone only the page runs; and commitments that nobody kept prove nothing."""
    rotated = SENTENCES["fair rotate/rotated"].said(
        language, epoch=0, draws=1, commitment="a" * 64, next="b" * 64
    )
    assert "verify.html" in rotated and "verify.py" in rotated
    last = rotated.splitlines()[-1]
    assert {"ja": "/ガチャ 検証 シード", "en": "/gacha fair seed"}[language] in last
    assert {"ja": "この 2 つを控え", "en": "Keep both commitments"}[language] in last


# --- names of commands and options ----------------------------------------------------------------


@functools.cache
def definitions() -> dict[str, dict[str, Any]]:
    """The subcommands by "/" and the words after the command, read off the definitions."""
    found: dict[str, dict[str, Any]] = {}
    for command in COMMANDS:
        for option in command["options"]:
            for each in option.get("options", []) if option["type"] == 2 else [option]:
                path = [command, option, each] if each is not option else [command, option]
                root = {each.name[1]: each for each in registry.ROOTS}[command["name"]]
                found["/" + root.room([one["name"] for one in path[1:]])] = {
                    "ja": "/" + " ".join(one["name_localizations"]["ja"] for one in path),
                    "en": "/" + " ".join(one["name"] for one in path),
                    "options": {
                        one["name"]: {"ja": one["name_localizations"]["ja"], "en": one["name"]}
                        for one in each.get("options", [])
                    },
                }
    return found


def named(key: str, language: str) -> set[tuple[str, str]]:
    sentence = SENTENCES[key].both[LANGUAGES.index(language)]
    return {(name, option) for name, option in blanks(sentence) if name[0] == "/"}


@every_sentence
@over("language", LANGUAGES)
def test_commands_and_options_have_the_names_that_are_shown_in_that_language(
    key: str, language: str
) -> None:
    """A Japanese client shows `/ガチャ 履歴` and 部, not `/gacha history` and part."""
    known = definitions()
    for name, option in named(key, language):
        shown = known[name]["options"][option] if option else known[name]
        assert shown[language] in filled(key, language)


@every_sentence
def test_no_sentence_spells_a_name_that_the_definitions_have(key: str) -> None:
    """They are the one source: a name that changes there changes in every sentence."""
    for sentence in SENTENCES[key].both:
        prose = "".join(text for text, *_ in string.Formatter().parse(sentence))
        assert not re.search("/ ?(gacha|ガチャ)", prose)
        assert not re.search(r"\b(part|epoch|count|amount|receipt|reason|banner|user) を", prose)
    ours = {each for each, _ in named(key, "ja")}
    assert ours == {each for each, _ in named(key, "en")}  # the same advice in both


def test_no_japanese_description_names_a_command_or_option_in_english() -> None:
    names = {name for each in definitions().values() for name in each["options"]}
    names |= {word for each in definitions() for word in each[1:].split()}

    def japanese(definition: dict[str, Any]) -> Iterator[str]:
        yield definition["description_localizations"]["ja"]
        for below in definition.get("options", []):
            yield from japanese(below)

    for command in COMMANDS:
        for text in japanese(command):
            assert not set(re.findall("[a-z]+", text)) & (names | {"gacha"}), text


# --- signs, politeness ----------------------------------------------------------------------------

PLAIN_ENDING = re.compile(r"([るうくむつぬぶ]|(?<![まで])す|(?<![まで]し)た)(?=。|（|$)")
"""Of a Japanese sentence in neither です nor ます. A noun may end one: 「ピックアップ確定」."""


@every_sentence
def test_japanese_is_polite_and_has_signs_of_its_own_width(key: str) -> None:
    japanese = "".join(
        text + ("#" if name else "")
        for text, name, *_ in string.Formatter().parse(SENTENCES[key].both[0])
    )
    # What one button is called, an issue of the project's says.
    assert key in ("pull/post", "collection/share") or not PLAIN_ENDING.search(japanese), japanese
    read = re.sub("<t:#:[RfFtTdD]>", "#", japanese)  # as Discord shows it
    assert not re.search(r"[(),:;!?](?!/)", read), read


def test_the_check_of_politeness_finds_what_is_not() -> None:
    for plain in ("カードが必ず出る", "期間を閉じた", "最初に戻る（1 回限り）", "何も残さず消す。"):
        assert PLAIN_ENDING.search(plain), plain
    for polite in (
        "出ます",
        "閉じました。",
        "ありません",
        "次は必ずピックアップ",
        "確認できませんでした（",
    ):
        assert not PLAIN_ENDING.search(polite), polite


@every_sentence
def test_english_has_signs_of_its_own(key: str) -> None:
    assert not re.search("['\"]", SENTENCES[key].both[1])


# --- numbers --------------------------------------------------------------------------------------


@every_sentence
def test_one_is_singular_and_more_are_plural(key: str) -> None:
    """ "There are 1 more" and its kind."""
    one, two = filled(key, "en", 1), filled(key, "en", 2)
    assert not re.search(r"\b1 (more |exchange )?[a-z]+s\b", one), one
    assert not re.search(r"\bare 1\b|\b1 are\b|\b1 more .* are\b", one), one
    assert not re.search(r"\bis 2\b|\b2 (more )?(pull|card|draw|receipt|banner|rule)\b", two), two


@pytest.mark.parametrize(
    ("key", "one", "two"),
    [
        ("events/missed_more", "There is 1 more. See", "There are 2 more. See"),
        ("rules/ceiling", "SSR guaranteed within 1 pull", "SSR guaranteed within 2 pulls"),
        ("profile/more", "and 1 more banner", "and 2 more banners"),
    ],
)
def test_words_go_with_their_number(key: str, one: str, two: str) -> None:
    for number, said in ((1, one), (2, two)):
        sentence = SENTENCES[key].said("en", count=number, pulls=number, rarity="SSR")
        assert sentence.startswith(said)


@every_sentence
def test_a_plural_goes_with_its_number(key: str) -> None:
    """ "(1 draws)": a word that does not ask the number."""
    verbs = {"is", "has", "was", "runs"}
    assert set(re.findall(r"\{\w+(?::,)?\} (\w+s)\b", SENTENCES[key].both[1])) <= verbs


PROMISED = re.compile("earned by playing|遊んで手に入れ")
"""What nothing does yet."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_closed_epoch_is_not_said_to_be_the_players_doing(language: str) -> None:
    """A restore closes epochs (`changes.lapse`), and the buttons of their results are stale."""
    for key in ("pull/stale_epoch", "pull/overtaken"):
        assert not {("/fair rotate", "")} & named(key, language)


@every_sentence
def test_no_sentence_promises_what_does_not_exist(key: str) -> None:
    assert not any(PROMISED.search(sentence) for sentence in SENTENCES[key].both)


@pytest.mark.parametrize("locale", ["ja", "ja-JP"])
def test_japanese_for_japanese_clients(locale: str) -> None:
    assert sentences.language(locale) == "ja"


# Source: Discord's reference, "Locales".
OTHER_LOCALES = """
    id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk
    hi th zh-CN zh-TW ko
"""


@over(
    "locale",
    [*OTHER_LOCALES.split(), "", "jav", "jam-JM", "en-ja", None, 1, True, ["ja"], {"ja": "ja"}],
)
def test_english_for_everyone_else(locale: object) -> None:
    assert sentences.language(locale) == "en"


# --- what others wrote ----------------------------------------------------------------------------

NAMES = [
    "*star*",
    "_x_",
    "||spoiler||",
    "@everyone",
    "<@1290000000000000009>",
    "<@&1290000000000000009>",
    "<#1290000000000000009>",
    "<:star:1290000000000000009>",
    "</gacha pull:1290000000000000009>",
    "<id:customize>",
    "<t:0:R>",
    ":star:",
    ":a:b:c:",
    "x:star:",
    ":wave::skin-tone-2:",
    "[a](http://b)",
    "https://b.example",
    "`code`",
    "``` ```",
    "# head",
    "-# small",
    "- item",
    "* item",
    "1. item",
    "> quote",
    "~~gone~~",
    "back\\slash\\*",
    "",
]
ENDS = [*(sign for sign in "*_~`|<>[]()@#:-+.\\"), "1.", "a:", ":a", "**", "||", "![a]"]
"""What can become Markdown with what a sentence puts behind or before it."""


@over("name", NAMES)
def test_a_name_is_shown_as_it_is_written(name: str) -> None:
    assert discord_markdown.read(sentences.literal(name)) == (name, [])


def test_the_second_reading_finds_each_of_them() -> None:
    """Or it would prove nothing."""
    for name in NAMES[:-2]:
        assert discord_markdown.read(name)[1], name
    assert discord_markdown.read("back\\*") != ("back\\*", [])


@given(st.text(st.sampled_from("\\*_~`|<>[]()@#:/-+.1 a星🌟t\n\u200b\u202e"), max_size=30))
@example(":a:")
def test_no_text_is_markdown(text: str) -> None:
    shown = re.sub("[\n\u200b\u202e]", " ", text)
    assert discord_markdown.read(sentences.literal(text)) == (shown, [])
    assert len(sentences.literal(text)) <= 2 * len(text)


AROUND = [
    ("", " 1"),
    ("", ":"),
    ("", ": x:"),
    ("「", "」以上"),
    ("🌟 ", " 1 %"),
    (": ", "\n"),
    ("**", "**"),
]


@over("name", [*NAMES[:-1], *ENDS])
@over(("before", "after"), AROUND)
def test_no_name_becomes_markdown_with_what_stands_around_it(
    name: str, before: str, after: str
) -> None:
    shown, found = discord_markdown.read(before + sentences.literal(name) + after)
    assert found == (["strong"] if after == "**" else [])
    assert shown == before.strip("*") + name + after.strip("*")


@given(st.text(max_size=30))
@example("a\u202eb")
def test_no_text_turns_the_line_or_ends_it(text: str) -> None:
    shown = sentences.literal(text)
    assert all(each.isprintable() or each in "\u3000\u200c\u200d" for each in shown)
    assert "\u202e" not in shown and "\n" not in shown


@pytest.mark.parametrize(
    "name", ["星織りのルミ", "Lumi, the Star Weaver", "Lumi’s 1.5-star x: y!", "👩\u200d🎤"]
)
def test_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert sentences.literal(name) == name


@given(st.text(st.sampled_from("`*a\\ \n"), min_size=1, max_size=10))
def test_code_holds_no_backtick_and_no_line_break(text: str) -> None:
    shown = sentences.code(text)
    if "`" in text:
        assert discord_markdown.read(shown) == (text.replace("\n", " "), [])
    else:
        assert shown == f"`{text}`".replace("\n", " ")
