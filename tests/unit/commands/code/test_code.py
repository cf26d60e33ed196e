"""Codes: made, read however they are typed, used once, within their ceiling, and not to be guessed
or told."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import sealing, seeds
from adapters.tables import claims
from commands import registry, render
from commands.admin_code_new import file
from gacha import audit, codes, fairness, purse, server_audit, snowflake
from gacha.codes import Campaign, Tries
from gacha.presents import Gift
from local.messages import text_of
from tests import giving
from tests.giving import SECRET, WORD, campaign, code, hand_out, sealed
from tests.recording import record
from tests.support import FIRST_ID, GUILD, PLAYER_KEY, SEALING_KEY, USER, asked, content, rows
from tests.unit.commands.server import Server
from tests.unit.test_interactions import Bot, bot, command, output

__all__ = ["bot", "output"]

NOW: Final = snowflake.created_ms(str(FIRST_ID))
KEY: Final = codes.key(SECRET)


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


def use(server: Server, number: int, text: str, user: str = USER) -> dict[str, Any]:
    interaction = server.asked(number, "code", text=sealed(text)) | {"user_id": user}
    returned = server.work(interaction)
    assert record(interaction, returned)
    return returned


def sentence(returned: dict[str, Any]) -> str:
    message = content(returned["message"])
    return str(message["sentence"]) if message["kind"] == "text" else "used"


def stored(tables: Any) -> dict[str, Any]:
    return {row["setting"]: row for row in rows(tables, "server_settings")}


def i8(tables: Any) -> list[str]:
    taken = [row for row in rows(tables) if row["kind"] == "code"]
    found = server_audit.check(f"server@{GUILD}", [], stored(tables), taken)
    return [str(each) for each in found if each.invariant == "I8"]


# --- how they are read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("abc-def", "ABCDEF"),
        ("ＡＢＣ－ｄｅｆ", "ABCDEF"),
        ("ABCーDEF", "ABCDEF"),
        ("A B　C—D–E‐F\u200b", "ABCDEF"),
        ("H0LIDAY", "HOLIDAY"),
        ("holiday1", "HoIidayl"),
        ("\u0410\u0412\u0421", "ABC"),  # Cyrillic
        ("\u0391\u0392\u039a", "ABK"),  # Greek
        ("クリスマス２０２６", "くりすます2026"),
        ("ｸﾘｽﾏｽ2026", "クリスマス2026"),
        ("が", "か\u3099"),
        ("Straße", "STRASSE"),
    ],
)
def test_what_makes_no_difference(typed: str, same: str) -> None:
    assert codes.folded(typed) == codes.folded(same) != ""


def test_letters_that_can_be_told_apart_are() -> None:
    assert len({codes.folded(each) for each in codes.ALPHABET}) == len(codes.ALPHABET) == 31
    assert codes.folded("かな") != codes.folded("がな")
    assert codes.folded("5S8B2Z") == "5S8B2Z"


@given(st.text(max_size=60))
def test_what_is_folded_is_folded(text: str) -> None:
    once = codes.folded(text)
    assert codes.folded(once) == once


@given(number=st.integers(1, 1000), of=st.integers(1, codes.MOST_CAMPAIGNS), data=st.data())
def test_a_generated_code_is_read_however_it_is_typed(
    number: int, of: int, data: st.DataObject
) -> None:
    made = codes.generated(KEY, GUILD, f"c{of}", str(FIRST_ID), number)
    assert set(made) <= set(codes.ALPHABET) and len(made) == 15
    typed = codes.spaced(made)
    how = data.draw(st.sampled_from([str.lower, str.upper, _wide, lambda s: s.replace("-", " ー")]))
    assert codes.folded(how(typed)) == made
    assert codes.tagged(made) == f"c{of}"


def _wide(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


def test_a_thousand_codes_are_a_thousand_and_each_is_found() -> None:
    of = campaign(singles=1_000, most=1_000)
    made = [code(of, number) for number in range(1, 1_001)]
    assert len(set(made)) == 1_000
    assert [of.number(KEY, GUILD, made[at]) for at in (0, 499, 999)] == [1, 500, 1_000]
    assert of.number(KEY, "another server", made[0]) is None
    other = Campaign(**{**_fields(of), "made": str(FIRST_ID + 1)})
    assert other.number(KEY, GUILD, made[0]) is None


def _fields(of: Campaign) -> dict[str, Any]:
    return {name: getattr(of, name) for name in Campaign.__dataclass_fields__}


def test_no_letter_comes_more_often_than_another() -> None:
    """The 12 letters that nobody can guess, of 5,000 codes, by chi-square (30 degrees, 1 in 10^6:
    84.6)."""
    counts = Counter[str]()
    for number in range(5_000):
        counts.update(codes.generated(KEY, GUILD, "c1", str(FIRST_ID), number)[codes.TAG :])
    expected = 5_000 * codes.LETTERS / len(codes.ALPHABET)
    assert sum((counts[each] - expected) ** 2 / expected for each in codes.ALPHABET) < 84.6


def test_ten_thousand_guesses_find_nothing() -> None:
    """Not even of one who knows which campaign it is, how many codes it has, and one of them."""
    of, rng = campaign(singles=3, most=3), random.Random(4711)
    known = code(of, 1)
    for _ in range(10_000):
        guess = "".join(rng.choices(codes.ALPHABET, k=codes.LETTERS))
        assert of.number(KEY, GUILD, known[: codes.TAG] + guess) is None
    almost = known[:-1] + ("3" if known[-1] == "2" else "2")
    assert of.number(KEY, GUILD, almost) is None


# --- using one ------------------------------------------------------------------------------------


def test_a_code_gives_what_it_gives_once(tables: Any, server: Server) -> None:
    hand_out(campaign(is_own=True), word=WORD)
    first = use(server, 0, "ﾎｼｿﾞﾗ ふぇす")
    assert first["outcome"] == "planned"
    [owner] = rows(tables, "discord_users")
    assert (owner["balance"], owner["shards"]) == (3360, 20)
    assert sentence(use(server, 1, WORD)) == "already_used"
    assert use(server, 0, WORD)["message"] == first["message"]  # delivered again
    assert stored(tables)["claims#c1"]["taken"] == 1
    assert i8(tables) == []
    for lang, words in (("ja", "月時計の職人トキ"), ("en", "Toki")):
        assert words in text_of(render.render("code", content(first["message"]), lang, "1"))


def test_a_ceiling_holds_however_many_come_at_once(tables: Any, server: Server) -> None:
    """All planned before any was recorded; what lost is planned anew, as the workflow does."""
    of = campaign(most=3)
    hand_out(of)
    planned = []
    for number in range(10):
        interaction = server.asked(number, "code", text=sealed(code(of)))
        interaction["user_id"] = str(int(USER) + number)
        planned.append((interaction, server.work(interaction)))
    assert {each["outcome"] for _, each in planned} == {"planned"}
    assert sum(record(*each) for each in planned) == 3
    assert stored(tables)["claims#c1"]["taken"] == 3
    late = [sentence(server.work(interaction)) for interaction, _ in planned[3:]]
    assert set(late) == {"all_claimed"}
    assert i8(tables) == []


def test_a_single_code_is_for_one_person(tables: Any, server: Server) -> None:
    of = campaign(singles=3, most=3)
    hand_out(of)
    interactions = []
    for number in range(3):
        interaction = server.asked(number, "code", text=sealed(code(of, 2)))
        interaction["user_id"] = str(int(USER) + number)
        interactions.append((interaction, server.work(interaction)))
    assert [record(*each) for each in interactions] == [True, False, False]
    assert sentence(server.work(interactions[1][0])) == "used_by_another"
    assert sentence(use(server, 5, code(of, 2))) == "already_used"
    assert sentence(use(server, 6, code(of, 3))) == "used"  # another one, of the same campaign
    assert i8(tables) == []


def test_one_that_is_over_is_told_from_a_wrong_one_only_to_who_used_it(
    tables: Any, server: Server
) -> None:
    """By sentence, by tries and by what is written: nothing tells them apart."""
    over = [
        campaign(ends_ms=NOW + 10),
        campaign("c2", ended="1"),
        campaign("c3", ends_ms=NOW, singles=2, most=2),
        campaign("c4", ends_ms=NOW, is_own=True),
    ]
    hand_out(*over, word=WORD)
    assert sentence(use(server, 0, code(over[0]))) == "used"
    typed = [code(over[0]), code(over[1]), code(over[2], 1), WORD, "2222-2222-2222-222", "何か"]
    said = []
    for at, text in enumerate(typed):
        user = str(int(USER) + 1 + at)
        returned = use(server, 20 + at, text, user)
        shape = json.dumps(returned["transaction"]).replace(user, "U")
        for at_ms in (snowflake.key_text(str(FIRST_ID + ((20 + at) << 22))), str(NOW + 20 + at)):
            shape = shape.replace(at_ms, "T")
        said.append((content(returned["message"]), shape))
    assert all(each == said[0] for each in said)
    assert said[0][0]["sentence"] == "no_such_code"
    assert sentence(use(server, 30, code(over[0]))) == "already_used"  # who had it


def test_where_there_is_no_room_for_its_tickets_a_code_stays_good(
    tables: Any, server: Server
) -> None:
    many = [campaign(f"c{at}", gift=Gift(tickets=1, ticket_days=at)) for at in range(1, 22)]
    hand_out(*many)
    for at, each in enumerate(many[: purse.MOST_LOTS]):
        assert sentence(use(server, at, code(each))) == "used"
    assert sentence(use(server, 50, code(many[-1]))) == "no_room"
    assert stored(tables)["claims#c21"]["taken"] == 0


# --- wrong tries ----------------------------------------------------------------------------------


def test_after_five_wrong_ones_a_right_one_has_to_wait(tables: Any, server: Server) -> None:
    of = campaign()
    hand_out(of)
    for at in range(codes.TRIES):
        returned = use(server, at, f"wrong code {at}")
        left = codes.TRIES - at - 1
        assert content(returned["message"])["values"] == ({"left": left} if left else {})
    refused = use(server, 10, code(of))
    assert sentence(refused) == "too_many_tries"
    again = content(refused["message"])["values"]["again"]
    assert NOW + codes.WINDOW_MS <= again * 1000 <= NOW + codes.WINDOW_MS + 1_000
    assert sentence(use(server, codes.WINDOW_MS - 1, code(of))) == "too_many_tries"
    assert sentence(use(server, codes.WINDOW_MS, code(of))) == "used"
    assert sentence(use(server, 11, code(of), str(int(USER) + 1))) == "used"  # others need not wait


def test_of_a_thousand_guesses_at_once_those_before_the_fifth_wrong_one_count(
    tables: Any, server: Server
) -> None:
    """A right one that was planned beside them is planned anew, and refused."""
    of = campaign()
    hand_out(of)
    right = server.asked(0, "code", text=sealed(code(of)))
    planned = server.work(right)
    wrong = []
    for at in range(1, 8):
        interaction = server.asked(at, "code", text=sealed(f"guess number {at}"))
        wrong.append((interaction, server.work(interaction)))
    assert [record(*each) for each in wrong] == [True] + [False] * 6
    assert not record(right, planned)
    for interaction, _ in wrong[1:5]:
        assert record(interaction, server.work(interaction))
    assert sentence(server.work(wrong[5][0])) == "too_many_tries"
    assert sentence(server.work(right)) == "too_many_tries"
    assert stored(tables)[f"tries#{USER}"]["made"] == codes.TRIES


def test_ten_thousand_guesses_are_five_in_ten_minutes() -> None:
    """One a second, by one player: as the rule has it, against a window that is counted here."""
    tries, looked_up = Tries(), list[int]()
    for second in range(10_000):
        now = NOW + second * 1_000
        if tries.again_ms(now, codes.TRIES) is None:
            looked_up.append(now)
            tries = tries.after(now)
    for start in looked_up:
        within = [each for each in looked_up if start <= each < start + codes.WINDOW_MS]
        assert len(within) <= codes.TRIES
    assert len(looked_up) == 5 * -(-10_000 // 600)
    assert len(tries.at) <= codes.TRIES


def test_who_guesses_from_many_accounts_slows_all_and_locks_out_nobody(
    tables: Any, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    of = campaign()
    hand_out(of)
    giving.put(codes.server_tries_setting(NOW), {"made": codes.SERVER_TRIES - 1})
    assert content(use(server, 0, "wrong", "5" * 18)["message"])["values"] == {"left": 4}
    assert "too many wrong codes" not in capsys.readouterr().out
    assert sentence(use(server, 1, "wrong", "6" * 18)) == "no_such_code_last"
    assert "too many wrong codes" in capsys.readouterr().out
    assert sentence(use(server, 2, "wrong", "6" * 18)) == "too_many_tries"
    assert sentence(use(server, 3, code(of))) == "used"  # at once, for who has one
    later = 2 * codes.WINDOW_MS
    assert content(use(server, later, "wrong", "7" * 18)["message"])["values"] == {"left": 4}


def test_tries_are_forgotten(tables: Any, server: Server) -> None:
    hand_out(campaign())
    use(server, 0, "wrong")
    kept = [row for name, row in stored(tables).items() if name.startswith("tries")]
    assert len(kept) == 2
    for row in kept:
        assert NOW / 1000 + 600 < row["expires_at"] <= NOW / 1000 + 1200


# --- where a code stands --------------------------------------------------------------------------


def test_interactions_hands_a_code_over_sealed(bot: Bot, output: Callable[[], str]) -> None:
    text = {"name": "text", "type": 3, "value": "7QA-K2MW-9XHD-3RTB"}
    bot.send(command("code", [text]))
    [(_, _, handed)] = bot.starter.asked
    assert "K2MW" not in handed + output()
    opened = sealing.unseal(SEALING_KEY, json.loads(handed)["options"]["text"])
    assert opened == "7QA-K2MW-9XHD-3RTB"


def test_no_code_stands_in_a_state_a_row_or_a_log(
    tables: Any, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of generated ones and of words: as they are, folded, and by their secret letters alone."""
    states = []
    kinds_of_codes: list[dict[str, Any]] = [{}, {"singles": 3}, {"word": sealed(WORD)}]
    for number, options in enumerate(kinds_of_codes):
        asking = make(server, 10 * number, coins=160, **options)
        made = confirm(server, 10 * number + 1, asking)
        states += [asking, made, server.work(server.asked(10 * number + 1, "admin code new"))]
        states.append(show(server, 10 * number + 2, f"c{number + 1}"))
    secrets = [WORD, codes.folded(WORD)]
    for row in rows(tables):
        if row["kind"] == "campaign" and not row["own"]:
            for at in range(1, row["singles"] + 1) or (0,):
                of = codes.generated(KEY, GUILD, row["campaign"], row["interaction_id"], at)
                secrets += [of, codes.spaced(of), of[codes.TAG :]]
    assert len(secrets) == 2 + 3 * 4
    states.append(use(server, 90, secrets[2], "8" * 18))
    states.append(use(server, 91, WORD, "8" * 18))
    states.append(use(server, 92, secrets[2][:-1] + "2", "8" * 18))
    everything = json.dumps(states, ensure_ascii=False) + capsys.readouterr().out
    everything += str(rows(tables)) + str(stored(tables))
    for each in secrets:
        assert each not in everything, each


def test_no_seed_of_a_players_is_what_codes_follow_from() -> None:
    """A seed's text is a player's key, which has an @, or its epoch after a bar."""
    assert fairness.server_seed(SECRET, "codes", 1) != codes.key(SECRET)
    assert "@" not in "codes|v1" and "@" in PLAYER_KEY


# --- making ---------------------------------------------------------------------------------------


def make(server: Server, number: int, **options: Any) -> dict[str, Any]:
    return server.do(number, "admin code new", **{"note": "夏フェス", "days": 30, **options})


def confirm(server: Server, number: int, asking: dict[str, Any]) -> dict[str, Any]:
    seen = content(asking["message"])["again"].partition(":")[2]
    return server.do(number, "admin code new", seen=seen)


def opened(made: dict[str, Any]) -> tuple[Any, Any]:
    return file.attach(asked(0, "admin code new"), content(made["message"]))


def show(server: Server, number: int, id_: str) -> dict[str, Any]:
    return server.do(number, "admin code new", do="show", campaign=id_)


def test_who_lost_the_message_sees_the_same_codes_again(tables: Any, server: Server) -> None:
    shared, _ = opened(confirm(server, 1, make(server, 0, coins=160)))
    _, singles = opened(confirm(server, 3, make(server, 2, coins=160, singles=20)))
    confirm(server, 5, make(server, 4, coins=160, word=sealed("ほし_ぞら_ フェス")))
    before = rows(tables)
    again = [opened(show(server, 6 + at, f"c{at}")) for at in (1, 2, 3)]
    assert again[0][0]["codes"] == shared["codes"] and again[1][1] == singles
    assert again[2][0]["codes"] == "ほし_ぞら_ フェス"  # as it was typed
    for lang, said in (("ja", "コードの再表示"), ("en", "shows the code again")):
        texts = [
            text_of(render.render("admin code new", content, lang, "1"))
            for content in (shared, *(content for content, _ in again))
        ]
        # What gave it says where it can be seen again; what shows it again need not.
        assert [said in each for each in texts] == [True, False, False, False]
        assert shared["codes"] in texts[1] and "ほし\\_ぞら\\_ フェス" in texts[3]
        # Nothing is recorded of it, so there is no receipt number to look for.
        number = {"ja": "受付番号", "en": "Receipt number"}[lang]
        assert [number in each for each in texts] == [True, False, False, False]
        plain = render.plain("admin code new", again[0][0], lang, "1")
        assert shared["codes"] in text_of(plain) and number not in text_of(plain)
    assert rows(tables) == before  # nothing is recorded
    server.do(20, "admin code new", do="end", campaign="c1", sure="yes")
    assert sentence(show(server, 21, "c1")) == sentence(show(server, 22, "c9")) == "not_open"


def test_of_a_word_that_was_made_before_words_were_kept_it_is_said_what_to_do(
    server: Server,
) -> None:
    hand_out(campaign(is_own=True), word=WORD)
    content_, attached = opened(show(server, 0, "c1"))
    assert attached is None and content_["codes"] == ""
    for lang, said in (("ja", "作り直してください"), ("en", "end this code and make another")):
        assert said in text_of(render.render("admin code new", content_, lang, "1"))


def test_the_list_leads_to_a_codes_own_button(server: Server) -> None:
    hand_out(campaign())
    listed = server.do(0, "admin code list", campaign="c1")
    body = render.render("admin code list", content(listed["message"]), "ja", "1")
    ids = [each["custom_id"] for row in body["components"] for each in row["components"]]
    assert ids == ["admin code new:show:c1", "admin code new:end:c1", "admin code list:all"]
    for lang, of_one, of_all in (("ja", "詳細", "使用期間中"), ("en", "in detail", "can be used")):
        [embed] = render.render("admin code list", content(listed["message"]), lang, "1")["embeds"]
        assert of_one in embed["title"] and of_all not in embed["title"]


def test_a_shared_code_is_shown_to_its_admin(tables: Any, server: Server) -> None:
    asking = make(server, 0, coins=160, claims=100)
    assert asking["outcome"] == "asked" and content(asking["message"])["pledge"]
    made = confirm(server, 1, asking)
    shown, attached = opened(made)
    assert attached is None and codes.folded(shown["codes"]) != shown["codes"]
    assert shown["codes"] in text_of(render.render("admin code new", shown, "ja", "1"))
    again = server.do(1, "admin code new", seen="0" * 8)  # delivered again
    assert again["outcome"] == "recorded"
    assert opened(again)[0]["codes"] == shown["codes"]  # the same on every redraw
    assert sentence(confirm(server, 2, asking)) == "already_done"
    assert sentence(use(server, 3, shown["codes"].lower())) == "used"
    ledger = [row for row in rows(tables) if row["user_id"] == f"server@{GUILD}"]
    taken = [row for row in rows(tables) if row["kind"] == "code"]
    assert server_audit.check(f"server@{GUILD}", ledger, stored(tables), taken) == []
    assert stored(tables)["pledge"]["version"] == 1


def test_single_codes_come_as_a_file(server: Server) -> None:
    made = confirm(server, 1, make(server, 0, coins=160, singles=1_000))
    shown, attached = opened(made)
    lines = attached.content.decode().split()
    assert shown["codes"] == "" and lines[0] == "code" and len(set(lines[1:])) == 1_000
    assert attached.name == "codes-c1.csv"
    assert len(json.dumps(made)) < 100_000  # a workflow's state has 256 KB
    assert sentence(use(server, 3, lines[777])) == "used"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"word": "あいうえお"}, "word_length"),  # five
        ({"word": "- - - - - - a"}, "word_length"),
        ({"word": "a" * 41}, "word_length"),
        ({"word": "<b>hello</b>"}, "word_signs"),
        ({"word": "abcdef", "singles": 3}, "shared_or_single"),
        ({"claims": 3, "singles": 3}, "shared_or_single"),
        ({"coins": 0}, "nothing_given"),
    ],
)
def test_what_cannot_be_a_code(server: Server, options: dict[str, Any], expected: str) -> None:
    given_options = {"coins": 160, **options}
    if "word" in options:
        given_options["word"] = sealed(options["word"])
    returned = make(server, 0, **given_options)
    assert (returned["outcome"], sentence(returned)) == ("refused", expected)


def test_a_word_has_letters_and_numbers_of_any_language_and_its_other_signs_are_named(
    server: Server,
) -> None:
    """What makes no difference where a code is typed may stand in one."""
    usable = (
        "ほしぞらフェス",
        "星降る夜〜2026〜",
        "ＡＢＣ１２３",
        "Été-2026",
        "소원을빌어요",
        "ｱｲｽｸﾘｰﾑ",
        "か\u3099くせいさい",
    )
    for word in usable:
        assert codes.unusable(word) == "", word
    for word, signs in (
        ("<b>hello</b>", "<>/"),
        ("ほしぞら☆フェス☆", "☆"),
        ("ありがとう！！", "！"),
        ("**お祭り**2026", "*"),
        ("🎉party🎉", "🎉"),
        ("50%オフセール", "%"),
    ):
        assert codes.unusable(word) == signs
        returned = make(server, 0, coins=160, word=sealed(word))
        for lang in ("ja", "en"):
            told = text_of(render.render("admin code new", content(returned["message"]), lang, "1"))
            assert all(sign in told for sign in signs), told
        assert word not in json.dumps(returned, ensure_ascii=False)


def test_the_question_shows_the_word_as_it_was_typed_and_no_state_does(
    tables: Any, server: Server
) -> None:
    typed = "ほし_ぞら_ フェス"
    asking = make(server, 0, coins=160, word=sealed(typed))
    assert typed not in json.dumps(asking, ensure_ascii=False)
    assert codes.folded(typed) not in json.dumps(asking, ensure_ascii=False)
    shown, attached = opened(asking)
    assert attached is None
    for lang, said in (("ja", "使う言葉：**ほし"), ("en", "The word: **ほし")):
        text = text_of(render.render("admin code new", shown, lang, "1"))
        assert said in text and "ぞら\\_ フェス**" in text and "⚠️" not in text
    confirm(server, 1, asking)
    ending, _ = opened(server.do(2, "admin code new", do="end", campaign="c1"))
    assert "ぞら" in text_of(render.render("admin code new", ending, "ja", "1"))


@pytest.mark.parametrize(
    ("typed", "is_weak"),
    [
        ("123456", True),
        ("789012", True),
        ("210987", True),
        ("ａａａａａａ", True),
        ("abc-def", True),
        ("FEDCBA", True),
        ("ああああああ", True),
        ("123457", False),
        ("abcdeg", False),
        ("HOSHIZORA", False),
        ("111112", False),
    ],
)
def test_what_anybody_tries_first_is_warned_of(
    tables: Any, server: Server, typed: str, is_weak: bool
) -> None:
    assert codes.is_guessable(typed) is is_weak
    asking, _ = opened(make(server, 0, coins=160, word=sealed(typed)))
    for lang, words in (("ja", "簡単に当てられます"), ("en", "easily guessed")):
        text = text_of(render.render("admin code new", asking, lang, "1"))
        assert (words in text) is is_weak


def test_a_word_is_one_code_at_a_time_and_free_after_it(tables: Any, server: Server) -> None:
    word = sealed("ほしぞらフェス")
    confirm(server, 1, make(server, 0, coins=160, word=word))
    assert sentence(use(server, 2, "ホシゾラふぇす")) == "used"
    assert sentence(make(server, 3, coins=160, word=sealed("ﾎｼｿﾞﾗ フェス"))) == "word_taken"
    asking = server.do(4, "admin code new", do="end", campaign="c1")
    assert content(asking["message"])["view"] == "end"
    ended = server.do(5, "admin code new", do="end", campaign="c1", sure="yes")
    assert content(ended["message"])["view"] == "ended"
    assert sentence(use(server, 6, "ほしぞらフェス", "4" * 18)) == "no_such_code"
    again = server.do(7, "admin code new", do="end", campaign="c1", sure="yes")
    assert sentence(again) == "not_open"
    confirm(server, 9, make(server, 8, coins=320, word=word))
    assert sentence(use(server, 10, "ほしぞらフェス")) == "used"  # it is another campaign
    assert i8(tables) == []


def test_the_list_says_how_often_it_was_used(server: Server) -> None:
    of = campaign(most=100)
    hand_out(of)
    use(server, 0, code(of))
    [entry] = content(server.do(1, "admin code list")["message"])["entries"]
    assert (entry["taken"], entry["most"]) == (1, 100)


def test_there_are_twenty_five_at_most(server: Server) -> None:
    hand_out(*(campaign(f"c{at}") for at in range(1, codes.MOST_OPEN + 1)))
    assert sentence(make(server, 0, coins=1)) == "too_many_codes"


# --- the audit ------------------------------------------------------------------------------------


def test_the_audit_sees_a_ceiling_that_was_passed_and_a_count_that_is_wrong(
    tables: Any, server: Server
) -> None:
    of = campaign(most=2)
    hand_out(of)
    use(server, 0, code(of))
    use(server, 1, code(of), "4" * 18)
    taken = [row for row in rows(tables) if row["kind"] == "code"]
    settings = stored(tables)

    def found(changed: dict[str, Any], rows_: list[Any] = taken) -> int:
        of_server = server_audit.check(f"server@{GUILD}", [], {**settings, **changed}, rows_)
        return sum(each.invariant == "I8" for each in of_server)

    assert found({}) == 0
    assert found({"claims#c1": {"taken": 1}})
    assert found({"claims#c1": {"taken": 3}})
    assert found({"code#c1": {**settings["code#c1"], "most": 1}})
    assert found({"code#c1": {**settings["code#c1"], "ends_ms": NOW}})
    assert found({}, [{**taken[0], "number": 1}, taken[1]])
    assert found({}, [{**taken[0], "amount": 161}, taken[1]])
    assert found({}, taken[:1])


def test_the_audit_of_a_player_sees_a_code_used_twice_and_one_that_takes() -> None:
    replay = audit.Replay(PLAYER_KEY, lambda *_: None, {}, 0, (), {})  # type: ignore[arg-type]
    row = {"campaign": "c1", "amount": 160, "timestamp": 1}
    replay.code(row)
    assert replay.findings == []
    replay.code(row)
    replay.code({**row, "campaign": "c2", "amount": -1})
    replay.code({**row, "campaign": "c3", "amount": 0})
    assert [each.invariant for each in replay.findings] == ["I8", "I2", "I2"]


def test_the_log_names_no_code(server: Server) -> None:
    for lang in ("ja", "en"):
        of = registry.logged("admin code new")
        row = {
            "kind": "campaign",
            "did": "made",
            "by": "1",
            "gift": {"coins": 1},
            "note": "夏",
            "most": 3,
            "amount": 0,
            "timestamp": 1,
            "pledged": 1,
        }
        assert "夏" in of.logged(of.event(row), "", lang)


def test_a_claim_is_counted_where_there_is_a_count_alone(tables: Any) -> None:
    """Whoever ends up without the counter's row, gives nothing."""
    assert "attribute_not_exists" not in json.dumps(claims.count(GUILD, "c1", 3))
