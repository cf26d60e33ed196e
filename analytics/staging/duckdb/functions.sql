-- What Trino has, DuckDB calls otherwise, and sqlglot leaves as it is.
CREATE MACRO arrays_overlap(one, other) AS list_has_any(one, other);
