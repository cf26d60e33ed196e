"""Files in the bucket, in moto: under their hash, written once, read once, and blocked for good."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from adapters import aws, files
from tests.conftest import make_bucket


@pytest.fixture
def bucket() -> Iterator[Any]:
    files._kept.clear()
    with mock_aws():
        yield make_bucket()
    files._kept.clear()


def stored(bucket: Any) -> dict[str, bytes]:
    pages = bucket.list_objects_v2(Bucket=os.environ["BUCKET"]).get("Contents", [])
    read = [bucket.get_object(Bucket=os.environ["BUCKET"], Key=each["Key"]) for each in pages]
    return {page["Key"]: got["Body"].read() for page, got in zip(pages, read, strict=True)}


@pytest.mark.parametrize("kind", files.KINDS, ids=lambda kind: kind.folder)
def test_a_file_lies_under_its_hash_and_is_found_by_it(bucket: Any, kind: files.Kind) -> None:
    hash_ = files.put(kind, b"content")
    sha256 = hashlib.sha256(b"content").hexdigest()
    assert sha256.startswith(hash_) and len(hash_) == (32 if kind is files.ART else 64)
    assert stored(bucket) == {f"{kind.folder}/{hash_}.{kind.suffix}": b"content"}
    files._kept.clear()
    assert files.get(kind, hash_) == b"content"
    head = bucket.head_object(Bucket=os.environ["BUCKET"], Key=kind.key(hash_))
    assert head["ContentType"] == kind.content_type


def test_writing_twice_leaves_one_version(bucket: Any) -> None:
    hash_ = files.put(files.BANNERS, b"a = 1")
    assert files.put(files.BANNERS, b"a = 1") == hash_
    versions = bucket.list_object_versions(Bucket=os.environ["BUCKET"])["Versions"]
    assert len(versions) == 1


def test_a_function_reads_a_file_once(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hash_ = files.put(files.BANNERS, b"a = 1")
    assert files.get(files.BANNERS, hash_) == b"a = 1"
    monkeypatch.setattr(aws, "s3", lambda: pytest.fail("it is known"))
    assert files.get(files.BANNERS, hash_) == b"a = 1"


def test_what_a_function_keeps_is_bounded(bucket: Any) -> None:
    """A function has 128 MB. The newest file is always kept, whatever its size."""
    hashes = [files.put(files.CARDS, bytes([n]) * files.CARDS.most) for n in range(1, 8)]
    for hash_ in hashes:
        files.get(files.CARDS, hash_)
        assert sum(map(len, files._kept.values())) <= files._MOST_KEPT
        assert files.CARDS.key(hash_) in files._kept
    assert max(kind.most for kind in files.KINDS) <= files._MOST_KEPT


def test_another_file_under_a_hash_is_no_file(bucket: Any) -> None:
    key = files.BANNERS.key("0" * 64)
    bucket.put_object(Bucket=os.environ["BUCKET"], Key=key, Body=b"not that")
    for _ in range(2):
        with pytest.raises(files.DamagedError):
            files.get(files.BANNERS, "0" * 64)


def test_a_file_that_is_larger_than_any_of_its_kind_is_none(bucket: Any) -> None:
    content = b"x" * (files.BANNERS.most + 1)
    hash_ = hashlib.sha256(content).hexdigest()
    bucket.put_object(Bucket=os.environ["BUCKET"], Key=files.BANNERS.key(hash_), Body=content)
    with pytest.raises(files.DamagedError):
        files.get(files.BANNERS, hash_)
    for size in (0, files.BANNERS.most + 1):
        with pytest.raises(ValueError, match="1 to 262144 bytes"):
            files.put(files.BANNERS, b"x" * size)
    assert files.put(files.BANNERS, b"x" * files.BANNERS.most)


def test_what_is_not_there_is_missing(bucket: Any) -> None:
    with pytest.raises(files.MissingError, match=f"banners/{'1' * 64}"):
        files.get(files.BANNERS, "1" * 64)
    with pytest.raises(files.MissingError):
        files.get_upload("1795871509792", "manifest.json")


def test_a_blocked_hash_stays_blocked(bucket: Any) -> None:
    """Before there is a file and after there was one; whoever uploads it again changes nothing."""
    shown, unseen = files.put(files.ART, b"shown"), files.ART.hash(b"unseen")
    assert files.get(files.ART, shown) == b"shown"
    for hash_, content in ((shown, b"shown"), (unseen, b"unseen")):
        files.block(files.ART, hash_)
        assert files.put(files.ART, content) == hash_
        with pytest.raises(files.MissingError):
            files.get(files.ART, hash_)


@given(
    hash_=st.text(max_size=70)
    | st.from_regex(r"[0-9a-fA-F./]{62,66}", fullmatch=True)
    | st.from_regex(r"[0-9a-f]{64}\n", fullmatch=True)
)
def test_a_key_is_made_of_a_hash_or_not_at_all(hash_: str) -> None:
    """A hash comes from a table, a button or an address."""
    try:
        key = files.LOOKS.key(hash_)
    except files.MissingError:
        assert not re.fullmatch("[0-9a-f]{64}", hash_)
    else:
        assert key == f"looks/{hash_}.json" and re.fullmatch("[0-9a-f]{64}", hash_)


def test_an_upload_lies_under_its_interaction_and_may_be_written_again(bucket: Any) -> None:
    for content in (b"{}", b'{"a": 1}'):
        files.put_upload("1795871509792", "manifest.json", content, "application/json")
        assert files.get_upload("1795871509792", "manifest.json") == content
    assert set(stored(bucket)) == {"uploads/1795871509792/manifest.json"}
    with pytest.raises(ValueError, match="at most"):
        files.put_upload("1", "a", b"x" * (files.MOST_UPLOADED + 1), "application/zip")


@pytest.mark.parametrize(
    ("interaction_id", "name"),
    [
        ("../banners", "a"),
        ("", "a"),
        ("1" * 21, "a"),
        ("1", ""),
        ("1", "../1/a"),
        ("1", "a/b"),
        ("1", ".."),
        ("1", "A"),
        ("１", "a"),
        ("1", "a\n"),
    ],
)
def test_an_uploads_name_leads_nowhere_else(interaction_id: str, name: str) -> None:
    with pytest.raises(files.MissingError):
        files.get_upload(interaction_id, name)
