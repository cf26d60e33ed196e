"""Files in an interaction, as Discord describes them: by an option, by a form's field, and by who
may send them at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from adapters import files
from commands import attachments, registry
from commands.attachments import Attachment
from commands.command import ATTACHMENT, MANAGE_GUILD
from tests.cloudformation import source
from tests.unit.test_interactions import GUILD, ID, WORKSHOP, Bot, command, option, running

ADDRESS = "https://cdn.discordapp.com/ephemeral-attachments/1/2/cards.csv?ex=1&is=1&hm=1&"


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bot]:
    with running(monkeypatch, guilds=GUILD) as bot:
        yield bot


def described(**changes: Any) -> dict[str, Any]:
    """An attachment as Discord sends it."""
    return {
        "id": "77",
        "filename": "cards.csv",
        "size": 2048,
        "url": ADDRESS,
        "proxy_url": ADDRESS.replace("cdn.discordapp.com", "media.discordapp.net"),
        "content_type": "text/csv; charset=utf-8",
        "ephemeral": True,
        **changes,
    }


def upload(
    *options: dict[str, Any], sent: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    interaction = command(**changes)
    interaction["member"]["permissions"] = str(MANAGE_GUILD)
    given = [*(options or [option("file", "77", ATTACHMENT)])]
    below = {"name": "upload", "type": 1, "options": given}
    interaction["data"] |= {
        "name": "gacha-admin",
        "options": [{"name": "banner", "type": 2, "options": [below]}],
        "resolved": {"attachments": {"77": described()} if sent is None else sent},
    }
    return interaction


def test_a_file_starts_the_workshop_with_all_that_it_needs(bot: Bot) -> None:
    assert bot.send(upload())["type"] == 5
    [(machine, name, text)] = bot.starter.asked
    assert (machine, name) == (WORKSHOP, ID)
    started = json.loads(text)
    assert (started["command"], started["user_id"]) == ("admin banner upload", "server")
    assert attachments.read(started["options"]["file"]) == (Attachment(2048, ADDRESS, "cards.csv"),)


def test_the_draft_may_be_named(bot: Bot) -> None:
    bot.send(upload(option("banner", "b3"), option("file", "77", ATTACHMENT)))
    [(_, _, text)] = bot.starter.asked
    assert json.loads(text)["options"]["banner"] == "b3"


@pytest.mark.parametrize("size", [attachments.MOST_BYTES + 1, 10**12])
def test_a_file_that_discord_says_is_too_large_is_refused_at_once(bot: Bot, size: int) -> None:
    answer = bot.send(upload(sent={"77": described(size=size)}))
    assert answer["type"] == 4 and "25 MB" in answer["data"]["content"]
    assert not bot.starter.asked


def test_the_bound_is_the_buckets() -> None:
    assert attachments.MOST_BYTES == files.MOST_UPLOADED


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"78": described()},
        {"77": None},
        {"77": described(url=None)},
        {"77": described(url="https://cdn.discordapp.com/a b")},
        {"77": described(url=f"{ADDRESS}\n2 https://example.org x")},
        {"77": described(filename="")},
        {"77": described(filename=7)},
        {"77": described(size=-1)},
        {"77": described(size="2048")},
        {"77": described(size=None)},
    ],
)
def test_a_file_that_is_not_described_as_discord_does_starts_nothing(
    bot: Bot, sent: dict[str, Any]
) -> None:
    interaction = upload(sent=sent)
    answer = bot.post(json.dumps(interaction).encode())
    assert answer["statusCode"] == 400 and not bot.starter.asked


def test_without_a_file_it_is_asked_for(bot: Bot) -> None:
    answer = bot.send(upload(option("banner", "b1")))
    assert answer["type"] == 4 and "file" in answer["data"]["content"]


@pytest.mark.parametrize(
    "name", ["a\nb.csv", "x" * 5000, "\ud83d.csv", "\u202egnp.csv", "表 1.csv"]
)
def test_a_files_name_stays_on_one_line(bot: Bot, name: str) -> None:
    bot.send(upload(sent={"77": described(filename=name)}))
    [(_, _, text)] = bot.starter.asked
    [file] = attachments.read(json.loads(text)["options"]["file"])
    assert 0 < len(file.name) <= attachments.MOST_NAME and "\n" not in file.name
    assert file.address == ADDRESS


@pytest.mark.parametrize(
    ("filename", "title", "called"),
    [
        ("_____.zip", "夏のガチャ", "夏のガチャ.zip"),
        ("_____.zip", "夏のガチャ.zip", "夏のガチャ.zip"),
        (".png", "水無月 翠", "水無月 翠.png"),
        ("____", "カード", "カード"),
        ("cards.csv", None, "cards.csv"),
        ("cards.csv", " ", "cards.csv"),
        ("cards.csv", 7, "cards.csv"),
    ],
)
def test_a_file_is_called_as_its_owner_called_it(
    bot: Bot, filename: str, title: object, called: str
) -> None:
    """By its name a draft is called, and a picture is a card's."""
    bot.send(upload(sent={"77": described(filename=filename, title=title)}))
    [(_, _, text)] = bot.starter.asked
    [file] = attachments.read(json.loads(text)["options"]["file"])
    assert file.name == called


def test_a_member_without_the_right_uploads_nothing(bot: Bot) -> None:
    interaction = upload()
    interaction["member"]["permissions"] = "0"
    assert bot.send(interaction)["type"] == 4
    assert not bot.starter.asked


def test_uploads_need_servers_that_the_operator_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(monkeypatch, guilds="any") as bot:
        answer = bot.send(upload())
    assert answer["type"] == 4 and "AllowedGuildIds" in answer["data"]["content"]
    assert not bot.starter.asked


def test_in_the_local_cloud_every_server_is_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_CDN_BASE_URL", "http://127.0.0.1:8790/cdn")
    with running(monkeypatch, guilds="any") as bot:
        assert bot.send(upload())["type"] == 5
        assert len(bot.starter.asked) == 1


def test_discord_is_told_that_the_option_takes_a_file() -> None:
    [_, admin] = registry.discord()
    [group] = [each for each in admin["options"] if each["name"] == "banner"]
    [command_] = [each for each in group["options"] if each["name"] == "upload"]
    [file, banner] = command_["options"]
    assert (file["type"], file["required"]) == (11, True)
    assert "min_length" not in file and "min_value" not in file
    assert banner["autocomplete"] is True


def test_files_of_a_forms_field_are_several() -> None:
    """A file upload in a form (component 19) has ids as its values."""
    from tests.conftest import load_function

    router = load_function("interactions", "router")
    sent = {str(n): described(id=str(n), filename=f"{n}.png") for n in range(1, 12)}
    data = {"resolved": {"attachments": sent}}
    field = {"type": 19, "custom_id": "pictures", "values": ["1", "2"]}
    values = router._value(field)
    text = router._files(values, router._sent(data))
    assert [each.name for each in attachments.read(text)] == ["1.png", "2.png"]
    assert isinstance(router._files(list(sent), router._sent(data)), router.Problem)  # eleven
    assert router._files([], router._sent(data)) == ""


@pytest.mark.parametrize("guilds", ["", ",", "1290000000000000009"])
def test_where_no_server_is_named_or_another_nobody_uploads(
    monkeypatch: pytest.MonkeyPatch, guilds: str
) -> None:
    """The template takes no empty list; if the variable had one, it would allow no server at all,
    rather than all."""
    pattern = source()["Parameters"]["AllowedGuildIds"]["AllowedPattern"]
    assert bool(re.search(pattern, guilds)) is guilds.isdecimal()
    with running(monkeypatch, guilds=guilds) as bot:
        for interaction in (upload(), upload(guild_id="")):
            reply = bot.post(json.dumps(interaction).encode())
            assert reply["statusCode"] == 400 or json.loads(reply["body"])["type"] == 4
        assert not bot.starter.asked
