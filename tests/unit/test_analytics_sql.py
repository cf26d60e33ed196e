"""The queries, held against the engine that they are written for: nobody has an Athena here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.qualify import qualify

from tests import trino
from tests.conftest import ROOT
from tests.over import over

pytestmark = pytest.mark.once

FOLDER: Final = ROOT / "analytics"
QUERIES: Final = sorted((FOLDER / "queries").glob("*.sql"))
DECISION: Final = ROOT / "docs/decisions/0052-analytics.md"


def relations() -> dict[str, dict[str, str]]:
    """The relations and their columns with types, as the decision record promises them."""
    found: dict[str, dict[str, str]] = {}
    for part in re.split(r"\n(?=`\w+`: )", DECISION.read_text()):
        if name := re.match(r"`(\w+)`: ", part):
            rows = re.findall(r"^\| (`.+?`) \| (.+?) \|", part, re.MULTILINE)
            columns = found.setdefault(name[1], {})
            for names, types in rows:
                each = re.findall(r"`(\w+)`", names)
                kinds = types.split(", ") if types.count(",") == len(each) - 1 else [types]
                columns.update(dict(zip(each, kinds * len(each), strict=False)))
    return found


def names_called(sql: str) -> set[str]:
    """What stands before a bracket, in small letters: functions, and no alias with columns."""
    tokens = sqlglot.tokenize(sql, read="trino")
    return {
        token.text.lower()
        for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if after.token_type is TokenType.L_PAREN
        and before.token_type is not TokenType.ALIAS
        and re.fullmatch(r"[A-Za-z_]\w*", token.text)
        and token.token_type is not TokenType.ALIAS
    }


def test_the_record_says_what_relations_there_are() -> None:
    known = relations()
    assert known.keys() == {"events", "players", "settings", "gifts", "names", "span", "rules"}
    assert known["events"]["coins"] == known["events"]["balance"] == "bigint"
    assert known["events"]["day"] == "date" and known["events"]["hour"] == "integer"
    assert all(known.values()), known


@over("file", QUERIES)
def test_a_query_has_only_functions_that_trino_documents(file: Path) -> None:
    called = names_called(file.read_text()) - trino.SYNTAX
    assert called <= trino.FUNCTIONS, called - trino.FUNCTIONS


def test_a_function_that_trino_has_not_is_noticed() -> None:
    called = names_called("SELECT list_aggregate(x), sum(y) FROM t CROSS JOIN UNNEST(z) AS u (x)")
    assert called - trino.SYNTAX - trino.FUNCTIONS == {"list_aggregate"}


@over("file", QUERIES)
def test_a_query_is_one_select_over_the_relations_of_the_record(file: Path) -> None:
    """Every column is one of them: Trino knows no alias of the same SELECT in WHERE and GROUP BY,
    which DuckDB does."""
    resolve(file.read_text())


@over("sql", ["SELECT day AS d FROM events GROUP BY d", "SELECT nobody FROM players"])
def test_a_column_that_no_relation_has_is_noticed(sql: str) -> None:
    with pytest.raises(OptimizeError, match=r"d|nobody"):
        resolve(sql)


def resolve(sql: str) -> None:
    """Raises OptimizeError for a column that is none of the relations'."""
    [parsed] = sqlglot.parse(sql, read="trino")
    assert isinstance(parsed, exp.Query)
    schema = relations()
    qualify(parsed, dialect="trino", schema=schema, expand_alias_refs=False)  # type: ignore[arg-type]


@over("file", QUERIES)
def test_a_query_divides_no_integers(file: Path) -> None:
    """Trino's quotient of two is an integer, and DuckDB's is not."""
    for division in sqlglot.parse_one(file.read_text(), read="trino").find_all(exp.Div):
        cast = division.this
        assert isinstance(cast, exp.Cast) and cast.is_type("double"), division.sql()
