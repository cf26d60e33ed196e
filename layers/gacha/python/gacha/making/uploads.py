"""What is said to an owner of a file that they uploaded, as data: as `problems`, for files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PROBLEMS: Final[Mapping[str, frozenset[str]]] = {
    key: frozenset(values.split())
    for key, values in {
        # fetching
        "fetch_address": "",  # not Discord's
        "fetch_failed": "status",  # 0 without an answer
        "fetch_gone": "",  # expired, or deleted
        "fetch_slow": "seconds",
        "fetch_large": "most",  # MiB
        "fetch_cut": "",  # it ended before its end
        # what it is
        "file_kind": "kind",  # pdf, xls, …; empty where nobody knows
        "file_empty": "",
        "file_encrypted": "",
        # archives
        "archive_damaged": "",
        "archive_entry_damaged": "name",
        "archive_entries": "count most",
        "archive_bomb": "megabytes most",
        "archive_encrypted": "",
        "archive_link": "name",
        "archive_path": "name",
        "archive_method": "name",
        "archive_twice": "name",
        "archive_sheets": "count names",
        "archive_nested": "name",
        "archive_pictures": "count most",
        "archive_empty": "",
        "pictures_all_unknown": "found names",  # no row names any that came
        # sheets
        "sheet_encoding": "row",
        "sheet_quotes": "row",
        "sheet_large": "megabytes most",
        "sheet_rows": "count most",
        "sheet_cells": "count most",
        "sheet_damaged": "",
        "sheets_many": "names",
        "cell_error": "found",
        "cell_date": "found",
        "cell_long": "count most",  # characters
        "cells_merged": "range",
        # pictures; `name` is the file's
        "picture_none": "",  # a text, or whatever nobody knows, that is called a picture
        "picture_kind": "kind",
        "picture_damaged": "kind",
        "picture_large": "width height most",  # pixels, million pixels
        "picture_heavy": "megabytes most",
        "picture_blocked": "",
        "pictures_gone": "",  # those of a refused form, after a day
        # the server
        "pictures_full": "count most",
        "bytes_full": "megabytes most",
        "draft_unknown": "found",
        "drafts_full": "most",
    }.items()
}

NOTES: Final[Mapping[str, frozenset[str]]] = {
    key: frozenset(values.split())
    for key, values in {
        "files_unread": "names",
        "sheets_unread": "names",
        "rows_hidden": "rows",
        "picture_moving": "names",  # the first frame was taken
        "picture_refused": "name key values",
        "pictures_more_refused": "count",
        "letters_lost": "rows",  # `?` where Shift_JIS lacks the letter
        "decoded_as": "encoding",
    }.items()
}
