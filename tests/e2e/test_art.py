"""Pictures under the API's own address, and out of the bucket into which the workshop puts them."""

from __future__ import annotations

import hashlib

import requests

from adapters import files
from local.players import World
from tests.unit.test_art import PICTURE


def test_a_picture_is_fetched_kept_and_gone_when_it_is_taken_away(world: World) -> None:
    bucket, s3 = world.stack.outputs["Bucket"], world.stack.client("s3")
    hash_ = files.ART.hash(PICTURE)
    assert hashlib.sha256(PICTURE).hexdigest().startswith(hash_)
    url = f"http://127.0.0.1:{world.stack.port}/art/{hash_}"
    assert requests.get(url, timeout=30).status_code == 404
    s3.put_object(Bucket=bucket, Key=files.ART.key(hash_), Body=PICTURE)
    answer = requests.get(url, timeout=30)
    assert (answer.status_code, answer.content) == (200, PICTURE)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert requests.head(url, timeout=30).headers["etag"] == f'"{hash_}"'
    known = {"If-None-Match": answer.headers["etag"]}
    again = requests.get(url, headers=known, timeout=30)
    assert (again.status_code, again.content) == (304, b"")
    s3.put_object(Bucket=bucket, Key=files.ART.key(hash_), Body=b"")  # as files.block does
    assert requests.get(url, headers=known, timeout=30).status_code == 404


def test_the_banners_that_ship_are_in_the_bucket(world: World) -> None:
    """Setup wrote them before Draw was deployed."""
    bucket, s3 = world.stack.outputs["Bucket"], world.stack.client("s3")
    found = s3.list_objects_v2(Bucket=bucket, Prefix="banners/")["Contents"]
    for each in found:
        file = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
        assert each["Key"] == files.BANNERS.key(files.BANNERS.hash(file))
    assert found
