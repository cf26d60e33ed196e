-- What the exports cover. What it is told: `from_ms`, `until_ms`, `zone`.
CREATE VIEW span AS
SELECT
    CAST(getvariable('from_ms') AS BIGINT) AS from_ms,
    CAST(getvariable('until_ms') AS BIGINT) AS until_ms,
    CAST(
        timezone(
            getvariable('zone'),
            make_timestamp(CAST(getvariable('until_ms') AS BIGINT) * 1000) AT TIME ZONE 'UTC'
        ) AS DATE
    ) - 1 AS last_day,
    getvariable('zone') AS zone;
