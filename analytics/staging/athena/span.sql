-- One row: what the exports cover. One is whole once its summary is there. All tables are exported
-- together, and the settings' files are the smallest: what a query reads is paid for.
WITH exported AS (
    SELECT DISTINCT
        CAST(regexp_extract("$path", '/changes-([0-9]+)-', 1) AS bigint) AS begun,
        CAST(regexp_extract("$path", '-([0-9]+)/AWSDynamoDB/', 1) AS bigint) AS done
    FROM raw_settings
    WHERE "$path" LIKE '%/manifest-summary.json'
)
SELECT
    min(coalesce(begun, 0)) * 1000 AS from_ms,
    max(done) * 1000 AS until_ms,
    date_add('day', -1, CAST(from_unixtime(max(done)) AT TIME ZONE '{zone}' AS date)) AS last_day,
    '{zone}' AS zone
FROM exported
