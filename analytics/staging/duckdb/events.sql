-- The ledger's rows of players, the latest image of each. What it is told: `history` (files), `salt`,
-- `zone`, and `full_history` (the second of the last full export in microseconds, 0 without one).
CREATE TABLE images AS
WITH image AS (
    SELECT
        coalesce(i.user_id.S, k.user_id.S) AS user_id,
        coalesce(i."timestamp".N, k."timestamp".N) AS key,
        i, changed_us, as_of_us
    FROM written(
        getvariable('history'),
        'STRUCT(user_id STRUCT(S VARCHAR), "timestamp" STRUCT(N VARCHAR), kind STRUCT(S VARCHAR), guild_id STRUCT(S VARCHAR), version STRUCT(N VARCHAR), amount STRUCT(N VARCHAR), balance STRUCT(N VARCHAR), shards STRUCT(N VARCHAR), tickets STRUCT(L STRUCT(M STRUCT(n STRUCT(N VARCHAR)))[]), banner STRUCT(S VARCHAR), banner_hash STRUCT(S VARCHAR), count STRUCT(N VARCHAR), cards STRUCT(L STRUCT(S VARCHAR)[]), receipt STRUCT(S VARCHAR), granted_by STRUCT(S VARCHAR), presents STRUCT(L STRUCT(M STRUCT(id STRUCT(S VARCHAR)))[]), campaign STRUCT(S VARCHAR), undelivered STRUCT(S VARCHAR))',
        'STRUCT(user_id STRUCT(S VARCHAR), "timestamp" STRUCT(N VARCHAR))'
    )
),
-- A receipt is read once, and only where there is one.
told AS (
    SELECT
        image.*,
        CAST(key AS DECIMAL(38, 7)) AS stamp,
        i.kind.S AS kind,
        json_extract_string(i.receipt.S, ['$.before', '$.counts']) AS drawn
    FROM image
    WHERE user_id NOT LIKE 'server@%' AND user_id NOT LIKE 'box:%'
)
SELECT
    substr(sha256(getvariable('salt') || ':' || user_id), 1, 16) AS player,
    substr(sha256(getvariable('salt') || ':' || i.guild_id.S), 1, 16) AS guild,
    kind,
    CASE WHEN kind <> 'opening' THEN CAST(floor(stamp) AS BIGINT) END AS at_ms,
    kind NOT IN ('opening', 'grant', 'take', 'lapse', 'void') AS is_played,
    CAST(i.version.N AS BIGINT) AS version,
    CAST(i.amount.N AS BIGINT) AS coins,
    CAST(i.balance.N AS BIGINT) AS balance,
    CASE WHEN kind = 'grant' AND i.granted_by.S IS NULL THEN 'adopted' ELSE kind END AS source,
    coalesce(CAST(i.shards.N AS BIGINT), 0) AS shards,
    coalesce(list_sum([CAST(lot.M.n.N AS BIGINT) FOR lot IN i.tickets.L]), 0) AS tickets,
    CASE WHEN kind IN ('pull', 'ticket') THEN i.banner.S END AS banner,
    CASE WHEN kind IN ('pull', 'ticket') THEN i.banner_hash.S END AS banner_hash,
    CASE WHEN kind IN ('pull', 'ticket') THEN CAST(i.count.N AS INTEGER) ELSE 0 END AS draws,
    CASE WHEN kind IN ('pull', 'ticket')
        THEN coalesce([card.S FOR card IN i.cards.L], []) ELSE [] END AS cards,
    CASE
        WHEN kind <> 'pull' THEN NULL
        WHEN drawn[2] = 'false' THEN ''
        ELSE replace(
            regexp_replace(
                regexp_replace(drawn[1], '"(exchanged|limit)":[{][^{}]*[}],', '', 'g'),
                '"points":[0-9]+,?', ''
            ),
            ',}', '}'
        )
    END AS state,
    CASE kind
        WHEN 'present' THEN coalesce([each.M.id.S FOR each IN i.presents.L], [])
        WHEN 'code' THEN [i.campaign.S]
        ELSE []
    END AS gifts,
    changed_us // 1000 AS written_ms,
    i.undelivered.S IS NULL AS is_delivered,
    -- What follows is ours alone.
    stamp AS key,
    hash(user_id, stamp) AS mark,
    as_of_us,
    i IS NULL AS is_gone
FROM told;

-- Most rows were written once. Of the others the latest image stays, with the time of its last write.
CREATE TEMP TABLE again AS
SELECT
    rowid AS line,
    row_number() OVER (PARTITION BY player, key ORDER BY as_of_us DESC, written_ms DESC) AS place,
    max(written_ms) OVER (PARTITION BY player, key) AS last_ms
FROM images
WHERE mark IN (SELECT mark FROM images GROUP BY mark HAVING count(*) > 1);
UPDATE images SET written_ms = again.last_ms FROM again
WHERE images.rowid = again.line AND again.place = 1 AND images.written_ms IS NULL;
DELETE FROM images
WHERE is_gone
    OR as_of_us < getvariable('full_history')
    OR rowid IN (SELECT line FROM again WHERE place > 1);
DROP TABLE again;

-- An opening has no time of its own.
UPDATE images SET at_ms = begun.at_ms
FROM (
    SELECT player, min(at_ms) AS at_ms FROM images WHERE kind <> 'void' GROUP BY player
) AS begun
WHERE images.kind = 'opening' AND images.player = begun.player;
DELETE FROM images WHERE at_ms IS NULL;  -- no export has what it opened with

CREATE VIEW events AS
SELECT
    player, guild, kind, at_ms,
    CAST(timezone(getvariable('zone'), make_timestamp(at_ms * 1000) AT TIME ZONE 'UTC') AS DATE) AS day,
    CAST(
        extract(hour FROM timezone(getvariable('zone'), make_timestamp(at_ms * 1000) AT TIME ZONE 'UTC'))
        AS INTEGER
    ) AS hour,
    is_played, version, coins, balance, source, shards, tickets, banner, banner_hash, draws, cards,
    state, gifts, written_ms, is_delivered
FROM images;
