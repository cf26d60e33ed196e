"""scripts.pictures: what the operator lists, removes and erases, on AWS as moto has it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest

from adapters import files
from adapters.tables import items, settings
from gacha.making.cards import Cards
from gacha.making.edits import Pictures
from scripts import pictures, stack
from scripts.stack import Deployment
from tests.conftest import load_function
from tests.support import GUILD
from tests.unit.commands.pictured import ELSEWHERE, SOURCE, Pictured, webp
from tests.unit.test_art import event

BOT: Final = "1290000000000000001"


@pytest.fixture
def owner(tables: Any) -> Iterator[Pictured]:
    files._kept.clear()
    yield Pictured(tables)
    files._kept.clear()


@pytest.fixture
def deployment(owner: Pictured) -> Deployment:
    s3 = boto3.client("s3", region_name="ap-northeast-1")
    s3.put_bucket_versioning(
        Bucket=os.environ["BUCKET"], VersioningConfiguration={"Status": "Enabled"}
    )
    outputs = {
        "SettingsTable": "server_settings",
        "Bucket": os.environ["BUCKET"],
        "ArtUrl": "https://art.test/art/",
        "InviteUrl": f"https://discord.com/oauth2/authorize?client_id={BOT}&scope=x",
    }
    region = "ap-northeast-1"
    made = Deployment(
        "test", region, outputs, None, {("dynamodb", region): owner.tables, ("s3", region): s3}
    )
    made.__dict__["parameters"] = {"BackupCopyRegion": "none"}
    return made


def served(art: str) -> int:
    return int(load_function("art").handler(event(f"/art/{art}"), None)["statusCode"])


def versions(deployment: Deployment, prefix: str) -> list[int]:
    """The sizes of all versions of all files there."""
    listed = deployment.client("s3").list_object_versions(
        Bucket=deployment.output("Bucket"), Prefix=prefix
    )
    return [each["Size"] for each in listed.get("Versions", [])]


def test_pictures_are_listed_by_server_and_by_hash(
    owner: Pictured, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    files.note_use(owner.blue, ELSEWHERE, SOURCE)
    assert pictures.listed(deployment, "", "") == 0
    told = capsys.readouterr().out
    assert owner.red in told and owner.blue in told and f"{GUILD}, {ELSEWHERE}" in told
    pictures.listed(deployment, ELSEWHERE, "")
    assert owner.red not in (told := capsys.readouterr().out) and "1 pictures" in told
    pictures.listed(deployment, "", owner.red)
    assert owner.blue not in capsys.readouterr().out


def test_what_members_reported_is_listed(
    owner: Pictured, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures.reported(deployment)
    assert "no picture is reported" in capsys.readouterr().out
    for member in (1, 2, 3):
        owner.report(member, owner.red)
    owner.report(4, owner.blue, 102)
    capsys.readouterr()
    pictures.reported(deployment)
    first, address, second, _ = capsys.readouterr().out.splitlines()
    assert owner.red in first and "3 reports, hidden" in first and GUILD in first
    assert address.strip() == f"https://art.test/art/{owner.red}"
    assert owner.blue in second and "1 reports, shown" in second


def test_a_hash_goes_from_all_servers_for_good(
    owner: Pictured, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    files.note_use(owner.red, ELSEWHERE, "6" * 64)
    assert pictures.remove(deployment, [owner.red]) == 0
    told = capsys.readouterr().out
    assert "blocked, with 2 uploads" in told and f"out of server {GUILD} (1 cards)" in told
    assert served(owner.red) == 404 and owner.red not in owner.drawn()
    assert files.is_blocked(files.ART, owner.red)
    assert all(files.is_blocked(files.SOURCES, each) for each in (SOURCE, "6" * 64))
    assert versions(deployment, f"art/{owner.red}") == [0]  # what blocks it, and nothing before
    assert owner.audited() == []
    assert f"<@{BOT}>" in owner.log()[0]
    assert pictures.remove(deployment, [owner.red]) == 0  # may be run again
    assert owner.audited() == []


def test_of_a_server_goes_what_it_has_and_another_keeps_its_own(
    owner: Pictured, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    files.note_use(owner.blue, ELSEWHERE, SOURCE)
    assert pictures.remove(deployment, [owner.red, owner.blue], GUILD) == 0
    told = capsys.readouterr().out
    assert f"{owner.blue}: stays in the bucket, for servers {ELSEWHERE}" in told
    assert (served(owner.red), served(owner.blue)) == (404, 200)
    assert owner.drawn() == set() and files.has_removed(owner.blue, GUILD)
    assert owner.audited() == []


def test_a_picture_that_nothing_shows_is_blocked_too(
    owner: Pictured, deployment: Deployment
) -> None:
    art = files.ART.hash(webp("white"))
    assert pictures.remove(deployment, [art]) == 0
    files.put(files.ART, webp("white"))
    assert served(art) == 404


def test_a_server_that_changes_all_the_time_is_named(
    owner: Pictured,
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(pictures, "_write", lambda *_: False)
    assert pictures.remove(deployment, [owner.red]) == stack.NOT_SO
    assert "please run this again" in capsys.readouterr().out
    assert served(owner.red) == 404


def test_a_server_is_erased_but_for_what_receipts_need(
    owner: Pictured, deployment: Deployment
) -> None:
    owner.edit("b2", Pictures({102: owner.stored("green")}))
    before, rules = owner.offer, owner.offer.rules
    drafts = [owner.draft(each).file for each in ("b1", "b2")]
    registry = owner.cards()
    foreign = owner.stored("black", ELSEWHERE)
    assert pictures.erase(deployment, GUILD) == 0
    assert owner.offer.rules == rules and owner.offer.look == "" and owner.drawn() == set()
    assert files.get(files.BANNERS, rules)
    assert (served(owner.red), served(foreign)) == (404, 200)
    files._kept.clear()
    for kind, hash_ in ((files.LOOKS, before.look), *((files.DRAFTS, each) for each in drafts)):
        with pytest.raises(files.MissingError):
            files.get(kind, hash_)
        assert versions(deployment, kind.key(hash_)) == []
    after = owner.cards()
    assert (after.drafts, after.next_banner) == ({}, registry.next_banner)
    kept = Cards.read(files.get(files.CARDS, after.file))
    assert kept.by_number == {} and kept.next_number == 103  # no number is given twice
    assert owner.audited() == []
    assert "消去" in owner.log()[0] and "erased" in owner.log()[1]
    assert owner.press()["entries"][0]["state"] == "open"  # members go on pulling


def test_what_another_server_names_too_stays(owner: Pictured, deployment: Deployment) -> None:
    look, offer = owner.offer.look, owner.offer
    row: dict[str, Any] = {"server_id": {"S": ELSEWHERE}, "setting": {"S": "game"}}
    written = {
        "id": {"S": "b1"},
        "r": {"S": offer.written()["r"]},
        "l": {"S": offer.written()["l"]},
    }
    row |= {"version": {"N": "1"}, "offers": {"L": [{"M": written}]}}
    owner.tables.put_item(TableName="server_settings", Item=row)
    pictures.erase(deployment, GUILD)
    assert json.loads(files.get(files.LOOKS, look))["cards"]
    assert settings.game(ELSEWHERE).offers[0].look == look


@pytest.mark.parametrize(
    "arguments",
    [
        ["test", "remove"],
        ["test", "remove", "ff", "--server", GUILD],
        ["test", "remove", "0" * 31],
        ["test", "erase", "x"],
        ["test"],
    ],
)
def test_a_question_that_makes_no_sense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        pictures.main(arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["list"], "2 pictures"),
        (["list", "--server", ELSEWHERE], "0 pictures"),
        (["reported"], "no picture is reported"),
        (["remove", "--server", GUILD], "gone, and"),
        (["erase", GUILD], "2 pictures"),
        (["sweep"], "0 pictures: nothing leads to them"),
    ],
)
def test_every_question_is_asked_from_the_command_line(
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(stack, "local", lambda: deployment)
    monkeypatch.setattr(Deployment, "for_adapters", lambda _: None)
    assert pictures.main(["local", *asked]) == 0
    assert said in capsys.readouterr().out


def test_an_address_names_a_picture_as_well_as_its_hash() -> None:
    art = "0f" * 16
    assert pictures._hash(f"https://x.test/art/{art}") == pictures._hash(art) == art


# --- what nothing leads to ------------------------------------------------------------------------


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour from now."""
    monkeypatch.setattr(pictures, "SETTLED_MS", -10_000)


def there(deployment: Deployment, key: str) -> bool:
    listed = deployment.client("s3").list_objects_v2(Bucket=deployment.output("Bucket"), Prefix=key)
    return any(each["Key"] == key for each in listed.get("Contents", ()))


def erased(owner: Pictured) -> None:
    """All settings of the server away, as the workflow `erase` leaves it."""
    found = owner.tables.scan(TableName="server_settings")["Items"]
    for item in found:
        if item["server_id"]["S"] == GUILD:
            key = {name: item[name] for name in ("server_id", "setting")}
            owner.tables.delete_item(TableName="server_settings", Key=key)


@pytest.mark.usefixtures("later")
def test_of_a_server_that_goes_on_only_what_was_edited_away_goes(
    owner: Pictured, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    bucket = pictures.Bucket(deployment)
    old = set(bucket.texts())
    owner.edit("b2", Pictures({102: owner.stored("green")}))
    now = {files.DRAFTS.key(owner.draft(each).file) for each in ("b1", "b2")}
    now |= {files.CARDS.key(owner.cards().file), files.LOOKS.key(owner.offer.look)}
    assert pictures.sweep(deployment, is_sure=False) == stack.FOUND
    assert "with --yes" in capsys.readouterr().out and {*bucket.texts()} >= old | now
    pictures.sweep(deployment, is_sure=True)
    kept = {*bucket.texts()}
    assert now <= kept and old - kept
    files._kept.clear()
    assert owner.drawn() == {owner.red, owner.blue} and owner.audited() == []
    assert (served(owner.red), served(owner.blue)) == (200, 200)
    pictures.sweep(deployment, is_sure=True)
    assert {*bucket.texts()} == kept and "\n0 files" in capsys.readouterr().out


@pytest.mark.usefixtures("later")
def test_of_an_erased_server_all_goes_but_banner_files_and_what_others_have(
    owner: Pictured, deployment: Deployment
) -> None:
    files.note_use(owner.blue, ELSEWHERE, SOURCE)
    elsewhere = {"server_id": {"S": ELSEWHERE}, "setting": {"S": "x"}}
    owner.tables.put_item(TableName="server_settings", Item=elsewhere)
    files.note_source(SOURCE, owner.red)
    rules = owner.offer.rules
    erased(owner)
    pictures.sweep(deployment, is_sure=True)
    assert pictures.Bucket(deployment).texts() == {}
    assert files.get(files.BANNERS, rules)
    assert (served(owner.red), served(owner.blue)) == (404, 200)
    assert not there(deployment, f"uses/{owner.red}/0.txt")
    assert not there(deployment, files.SOURCES.key(SOURCE))
    uses = files.uses(owner.blue)
    assert [each.guild_id for each in uses] == ["0", ELSEWHERE]
    # It is not blocked: whoever sends it again has it again. And what was there can come back.
    assert not files.is_blocked(files.ART, owner.red)
    assert any(versions(deployment, f"art/{owner.red}"))
    owner.stored("red")
    assert served(owner.red) == 200


@pytest.mark.usefixtures("later")
def test_what_a_restore_leads_to_again_comes_back(owner: Pictured, deployment: Deployment) -> None:
    rows = owner.tables.scan(TableName="server_settings")["Items"]
    before = {*pictures.Bucket(deployment).texts()}
    erased(owner)
    pictures.sweep(deployment, is_sure=True)
    for row in rows:
        owner.tables.put_item(TableName="server_settings", Item=row)
    assert not there(deployment, files.LOOKS.key(owner.offer.look))
    pictures.sweep(deployment, is_sure=True)
    assert files.LOOKS.key(owner.offer.look) in {*pictures.Bucket(deployment).texts()} <= before
    assert (served(owner.red), served(owner.blue)) == (200, 200)
    assert [each.guild_id for each in files.uses(owner.red)] == [GUILD]


@pytest.mark.usefixtures("later")
def test_a_server_that_begins_anew_keeps_what_it_shows_now(
    owner: Pictured, deployment: Deployment
) -> None:
    black = owner.stored("black")  # of its life before: nothing shows it any more
    later = str(int(time.time() * 1000) + 60_000)
    tombstone = {"user_id": f"*@{GUILD}", "epoch": 5, "erased": int(later)}
    owner.tables.put_item(TableName="discord_users", Item=items.to_item(tombstone))
    pictures.sweep(deployment, is_sure=True)
    assert (served(owner.red), served(black)) == (200, 404)
    assert owner.audited() == []


@pytest.mark.usefixtures("later")
def test_what_is_blocked_stays_blocked(owner: Pictured, deployment: Deployment) -> None:
    pictures.remove(deployment, [owner.red])
    erased(owner)
    pictures.sweep(deployment, is_sure=True)
    assert files.is_blocked(files.ART, owner.red) and files.is_blocked(files.SOURCES, SOURCE)


@pytest.mark.usefixtures("later")
def test_a_file_that_is_made_anew_meanwhile_comes_back(
    owner: Pictured, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = files.DRAFTS.key(owner.draft("b1").file)
    led_to = iter([(set[str](), set[str]()), pictures._led_to(deployment)])
    monkeypatch.setattr(pictures, "_led_to", lambda _: next(led_to))
    pictures.sweep(deployment, is_sure=True)
    assert there(deployment, key)


def test_what_came_within_the_hour_stays(owner: Pictured, deployment: Deployment) -> None:
    """The workshop writes files before any settings name them."""
    before = pictures.Bucket(deployment).texts()
    erased(owner)
    pictures.sweep(deployment, is_sure=True)
    assert pictures.Bucket(deployment).texts() == before
    assert (served(owner.red), served(owner.blue)) == (200, 200)
