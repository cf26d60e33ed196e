"""Incremental exports as DynamoDB's developer guide describes their files ("DynamoDB table export
output format")."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any


def exported(
    client: Any,
    bucket: str,
    table: str,
    begins: datetime,
    ends: datetime,
    records: Sequence[dict[str, Any]],
    *,
    files: int = 2,
    prefix: bool = True,
) -> None:
    """A finished export of a window, in so many files. Of the guide's two examples one has its
    prefix in the keys, and one has not."""
    place, name = f"raw/{table}/AWSDynamoDB", f"{begins:%d%H%M%S}-{ends:%d%H%M%S}"
    listed = []

    def within(key: str) -> str:
        return key if prefix else key.removeprefix(f"raw/{table}/")

    for number in range(files):
        part = records[number::files]
        body = gzip.compress("".join(json.dumps(each) + "\n" for each in part).encode())
        key = f"{place}/data/{name}-{number}.json.gz"
        client.put_object(Bucket=bucket, Key=key, Body=body)
        md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        listed.append({"itemCount": len(part), "md5Checksum": md5, "dataFileS3Key": within(key)})
    manifest = f"{place}/{name}/manifest-files.json"
    text = "".join(json.dumps(each) + "\n" for each in listed)
    client.put_object(Bucket=bucket, Key=manifest, Body=text.encode())
    summary = {
        "version": "2023-08-01",
        "tableArn": f"arn:aws:dynamodb:ap-northeast-1:123456789012:table/{table}",
        "exportFromTime": f"{begins:%Y-%m-%dT%H:%M:%S.000Z}",
        "exportToTime": f"{ends:%Y-%m-%dT%H:%M:%S.000Z}",
        "s3Bucket": bucket,
        "s3Prefix": f"raw/{table}",
        "manifestFilesS3Key": within(manifest),
        "itemCount": len(records),
        "outputFormat": "DYNAMODB_JSON",
        "outputView": "NEW_IMAGE",
        "exportType": "INCREMENTAL_EXPORT",
    }
    client.put_object(
        Bucket=bucket,
        Key=f"{place}/{name}/manifest-summary.json",
        Body=json.dumps(summary).encode(),
    )
