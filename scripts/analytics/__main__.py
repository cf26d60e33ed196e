"""How the gacha is played, from exports of the tables: a page and CSV files.

  .venv/bin/python -m scripts.analytics local          what `make run` keeps
  .venv/bin/python -m scripts.analytics stack NAME     a stack's last exports
  .venv/bin/python -m scripts.analytics export FOLDER  exports on this machine
                                        [--banners FILE…]

`make analytics OF="stack NAME"` does the same and installs what it needs. The
page and the CSV files go to .local/analytics-page, or to another folder by
--out. Nothing is written to AWS: of a stack the bucket with its exports is
read, and of the tables nothing. Days are those of --zone.

Ids are replaced by a hash with a salt that is thrown away, so that nobody can
be found in the results, and two runs cannot be joined. What is asked is in
analytics/, what it means in docs/analytics.md.
Exit codes: 0 the page is there, 2 bad arguments or input, 3 AWS could not be
asked.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters import files
from gacha import game, terminal
from scripts import ROOT, stack
from scripts.analytics import exports

OUT: Final = ROOT / ".local/analytics-page"
BUCKET: Final = "AnalyticsBucket"
"""The output that names the bucket with the exports."""
RAW: Final = "raw/"
"""Where exports lie in their bucket (docs/decisions/0052-analytics.md)."""

TABLES: Final[Mapping[str, str]] = {
    "history": "HistoryTable",
    "users": "UsersTable",
    "settings": "SettingsTable",
}

FileOf = Callable[[str], bytes | None]
"""A banner's file by its hash; None where there is none."""

SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "done": "the page: {page}",
        "wrong": "cannot read the exports: {error}",
        "no bucket": "the stack {name} exports nothing: deploy it with Analytics=DAILY, or read an "
        "export of your own with `export FOLDER`",
        "nothing": "there is no export in the bucket {bucket} yet: the first one is made within a "
        "day",
        "install": "this needs packages that are not installed: run `make analytics` instead",
        "read": "reading {what}",
        "no folder": "cannot write into {out} ({error}): name a folder with --out",
    },
    "ja": {
        "done": "ページ：{page}",
        "wrong": "エクスポートを読めません：{error}",
        "no bucket": "スタック {name} はエクスポートしていません。"
        "Analytics=DAILY でデプロイするか、"
        "手元のエクスポートを `export フォルダー` で読んでください",
        "nothing": "バケット {bucket} にはまだエクスポートがありません。"
        "最初のものは 1 日以内にできます",
        "install": "必要なパッケージがありません。`make analytics` で実行してください",
        "read": "読み込み中：{what}",
        "no folder": "{out} に書き込めません（{error}）。--out にフォルダーを指定してください",
    },
}


def main(arguments: list[str] | None = None) -> int:
    given = _parse(arguments)
    words = SENTENCES[given.lang]
    try:
        from scripts.analytics import making
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("duckdb", "sqlglot", "jinja2"):
            raise
        stack.say(words["install"])
        return stack.WRONG_QUESTION
    try:
        given.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stack.say(words["no folder"].format(out=given.out, error=error.strerror))
        return stack.WRONG_QUESTION
    try:
        with (
            tempfile.TemporaryDirectory(prefix="analytics-") as temporary,
            _folder(given, Path(temporary)) as (folder, file_of),
        ):
            stack.say(words["read"].format(what=folder))
            page = making.make(
                folder,
                file_of,
                given.out,
                Path(temporary),
                salt=secrets.token_hex(16),
                zone=given.zone,
                language=given.lang,
                now=datetime.now(UTC),
            )
    except exports.ExportError as error:
        stack.say(words["wrong"].format(error=error))
        return stack.WRONG_QUESTION
    print(words["done"].format(page=page))
    return stack.FOUND


@contextmanager
def _folder(given: argparse.Namespace, temporary: Path) -> Iterator[tuple[Path, FileOf]]:
    """Where the exports are, and where banners' files come from."""
    if given.source == "export":
        yield given.folder, banners_in(given.banners)
        return
    is_local = given.source == "local"
    deployment = stack.local() if is_local else stack.on_aws(given.name, given.region)
    folder = temporary / "exports"
    if is_local:
        _export_local(deployment, folder)
    else:
        _download(deployment, folder, SENTENCES[given.lang])
    yield folder, deployment.banner_file


def banners_in(paths: Sequence[Path]) -> FileOf:
    """Files that were copied from the bucket. Raises ExportError for one that cannot be read."""
    try:
        contents = [path.read_bytes() for path in paths]
    except OSError as error:
        raise exports.ExportError(str(error)) from None
    return {files.BANNERS.hash(each): each for each in contents}.get


def _export_local(deployment: stack.Deployment, folder: Path) -> None:
    """The local cloud's tables, in the form in which an export has them: it exports none itself."""
    client = deployment.client("dynamodb")

    def items(output: str) -> Iterator[Mapping[str, Any]]:
        pages = client.get_paginator("scan").paginate(TableName=deployment.output(output))
        for page in pages:
            yield from page["Items"]

    tables = {table: items(output) for table, output in TABLES.items()}
    exports.write_full(folder, tables, datetime.now(UTC))


def _download(deployment: stack.Deployment, folder: Path, words: Mapping[str, str]) -> None:
    """All exports that the bucket still has. Raises StackError where it has none."""
    if BUCKET not in deployment.outputs:
        raise stack.StackError(words["no bucket"].format(name=deployment.name))
    bucket, client = deployment.output(BUCKET), deployment.client("s3")
    number = 0
    listing = client.get_paginator("list_objects_v2")
    pages = (listing.paginate(Bucket=bucket, Prefix=f"{RAW}{table}/") for table in TABLES)
    for page in chain.from_iterable(pages):
        for each in page.get("Contents", ()):
            place = (folder / each["Key"]).resolve()
            if not place.is_relative_to(folder.resolve()):
                continue  # no export of DynamoDB's has such a name
            place.parent.mkdir(parents=True, exist_ok=True)
            client.download_file(bucket, each["Key"], str(place))
            number += 1
    if not number:
        raise stack.StackError(words["nothing"].format(bucket=bucket))


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time zone: they are called as Asia/Tokyo is"
        ) from None
    return text


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.analytics",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sources = parser.add_subparsers(dest="source", required=True)
    local = sources.add_parser("local", help="the tables that `make run` keeps")
    deployed = sources.add_parser("stack", help="the last exports of a deployed stack")
    deployed.add_argument("name", help="its name in CloudFormation")
    stack.add_region(deployed)
    exported = sources.add_parser("export", help="exports that are on this machine")
    exported.add_argument("folder", type=Path, help="a folder that they are in, however deep")
    exported.add_argument(
        "--banners",
        nargs="+",
        type=Path,
        metavar="FILE",
        default=[],
        help="files of banners that do not ship, from the stack's bucket",
    )
    for each in (local, deployed, exported):
        each.add_argument(
            "--out", type=Path, default=OUT, metavar="FOLDER", help=f"default: {OUT.name}"
        )
        each.add_argument(
            "--zone",
            type=_zone,
            help="the time zone of its days (default: Asia/Tokyo for Japanese, else UTC)",
        )
        each.add_argument("--lang", choices=SENTENCES, help="default: the terminal's (LANG)")
    given = parser.parse_args(arguments)
    given.lang = given.lang or terminal.language(os.environ)
    given.zone = given.zone or game.first_timezone(given.lang)
    return given


if __name__ == "__main__":
    sys.exit(stack.ending(main))
