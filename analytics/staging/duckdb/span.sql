-- What the exports cover. What it is told: `from_ms`, `until_ms`, `zone`. `last_day` is the last whole
-- day, and on the first of all that one.
CREATE VIEW span AS
SELECT
    from_ms, until_ms,
    greatest(CAST(timezone(zone, until_utc) AS DATE) - 1, CAST(timezone(zone, from_utc) AS DATE)) AS last_day,
    zone
FROM (
    SELECT
        CAST(getvariable('from_ms') AS BIGINT) AS from_ms,
        CAST(getvariable('until_ms') AS BIGINT) AS until_ms,
        make_timestamp(CAST(getvariable('from_ms') AS BIGINT) * 1000) AT TIME ZONE 'UTC' AS from_utc,
        make_timestamp(CAST(getvariable('until_ms') AS BIGINT) * 1000) AT TIME ZONE 'UTC' AS until_utc,
        getvariable('zone') AS zone
);
