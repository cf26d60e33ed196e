-- What Trino has, DuckDB calls otherwise, and sqlglot leaves as it is.
CREATE MACRO arrays_overlap(one, other) AS list_has_any(one, other);

-- The lines of a table's files, each with the image that it holds (none of a deletion) and as of when
-- that is. What it is told: the table `exported`, which says of each file when its export was.
CREATE MACRO written(files, type_of_image, type_of_keys) AS TABLE
SELECT i, k, changed_us, coalesce(changed_us, exported.at_us) AS as_of_us
FROM (
    SELECT
        filename, coalesce(Item, NewImage) AS i, Keys AS k,
        CAST(Metadata.WriteTimestampMicros.N AS BIGINT) AS changed_us
    FROM read_json(
        files, format = 'newline_delimited', filename = true,
        columns = {
            Item: type_of_image, NewImage: type_of_image, Keys: type_of_keys,
            Metadata: 'STRUCT(WriteTimestampMicros STRUCT(N VARCHAR))'
        }
    )
)
JOIN exported USING (filename);
