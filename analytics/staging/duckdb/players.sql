-- The rows of the table of players, the latest image of each. What it is told: `users` (files),
-- `salt`, `zone` and `full_users`.
CREATE TABLE players AS
WITH image AS (
    SELECT
        coalesce(i.user_id.S, k.user_id.S) AS user_id,
        i, as_of_us,
        row_number() OVER (
            PARTITION BY coalesce(i.user_id.S, k.user_id.S) ORDER BY as_of_us DESC, changed_us DESC
        ) AS place
    FROM written(
        getvariable('users'),
        'STRUCT(user_id STRUCT(S VARCHAR), guild_id STRUCT(S VARCHAR), joined_at STRUCT(N VARCHAR), balance STRUCT(N VARCHAR), shards STRUCT(N VARCHAR), version STRUCT(N VARCHAR))',
        'STRUCT(user_id STRUCT(S VARCHAR))'
    )
)
SELECT
    substr(sha256(getvariable('salt') || ':' || user_id), 1, 16) AS player,
    substr(sha256(getvariable('salt') || ':' || i.guild_id.S), 1, 16) AS guild,
    CAST(i.joined_at.N AS BIGINT) AS joined_ms,
    CAST(
        timezone(
            getvariable('zone'),
            make_timestamp(CAST(i.joined_at.N AS BIGINT) * 1000) AT TIME ZONE 'UTC'
        ) AS DATE
    ) AS joined_day,
    CAST(i.balance.N AS BIGINT) AS balance,
    coalesce(CAST(i.shards.N AS BIGINT), 0) AS shards,
    CAST(i.version.N AS BIGINT) AS version
FROM image
WHERE place = 1 AND as_of_us >= getvariable('full_users')
    AND i.guild_id.S IS NOT NULL AND i.version.N IS NOT NULL;
