-- One row for each server that has players: its week up to the last whole day.
-- `banners` is JSON: of each banner and version that was drawn from in the week, how often each card
-- came, and how many pulls of which size began in which state. States are left out (null) where
-- there are more than 2,000 of them. All names in it are slugs, and states are JSON themselves.
WITH week AS (
    SELECT
        events.guild, events.player, events.kind, events.is_played, events.coins, events.draws,
        events.banner, events.banner_hash, events.cards, events.state
    FROM events
    CROSS JOIN span
    WHERE events.day > date_add('day', -7, span.last_day) AND events.day <= span.last_day
),
active AS (
    SELECT DISTINCT guild, player FROM week WHERE is_played
),
before AS (
    SELECT DISTINCT events.guild, events.player
    FROM events
    CROSS JOIN span
    WHERE events.is_played
        AND events.day > date_add('day', -14, span.last_day)
        AND events.day <= date_add('day', -7, span.last_day)
),
came_back AS (
    SELECT
        before.guild,
        count(*) AS returnable,
        count(active.player) AS returned
    FROM before
    LEFT JOIN active ON active.guild = before.guild AND active.player = before.player
    GROUP BY before.guild
),
moved AS (
    SELECT
        guild,
        count_if(kind IN ('pull', 'ticket')) AS pulls,
        sum(draws) AS draws,
        sum(CASE WHEN coins > 0 THEN coins ELSE 0 END) AS coins_in,
        sum(CASE WHEN coins < 0 THEN -coins ELSE 0 END) AS coins_out
    FROM week
    GROUP BY guild
),
drawn AS (
    SELECT week.guild, week.banner, week.banner_hash, u.card, count(*) AS copies
    FROM week
    CROSS JOIN UNNEST(week.cards) AS u (card)
    WHERE week.kind = 'pull'
    GROUP BY week.guild, week.banner, week.banner_hash, u.card
),
cards AS (
    SELECT
        guild, banner, banner_hash,
        array_join(array_agg(concat('"', card, '":', CAST(copies AS varchar)) ORDER BY card), ',')
            AS said
    FROM drawn
    GROUP BY guild, banner, banner_hash
),
begun AS (
    SELECT guild, banner, banner_hash, state, draws, count(*) AS pulls
    FROM week
    WHERE kind = 'pull'
    GROUP BY guild, banner, banner_hash, state, draws
),
states AS (
    SELECT
        guild, banner, banner_hash,
        CASE WHEN count(*) <= 2000 THEN array_join(
            array_agg(
                concat(
                    '[', CASE WHEN state = '' THEN 'null' ELSE state END, ',',
                    CAST(draws AS varchar), ',', CAST(pulls AS varchar), ']'
                )
                ORDER BY state, draws
            ),
            ','
        ) END AS said
    FROM begun
    GROUP BY guild, banner, banner_hash
),
banners AS (
    SELECT
        cards.guild,
        array_join(
            array_agg(
                concat(
                    '{"banner":"', cards.banner, '","hash":"', cards.banner_hash,
                    '","cards":{', cards.said,
                    '},"states":', coalesce(concat('[', states.said, ']'), 'null'), '}'
                )
                ORDER BY cards.banner, cards.banner_hash
            ),
            ','
        ) AS said
    FROM cards
    JOIN states
        ON states.guild = cards.guild
        AND states.banner = cards.banner
        AND states.banner_hash = cards.banner_hash
    GROUP BY cards.guild
),
served AS (
    SELECT guild FROM players GROUP BY guild
),
present AS (
    SELECT guild, count(*) AS players FROM active GROUP BY guild
)
SELECT
    served.guild,
    span.last_day,
    coalesce(present.players, 0) AS players,
    coalesce(came_back.returned, 0) AS returned,
    coalesce(came_back.returnable, 0) AS returnable,
    coalesce(moved.pulls, 0) AS pulls,
    coalesce(moved.draws, 0) AS draws,
    coalesce(moved.coins_in, 0) AS coins_in,
    coalesce(moved.coins_out, 0) AS coins_out,
    concat('[', coalesce(banners.said, ''), ']') AS banners
FROM served
CROSS JOIN span
LEFT JOIN present ON present.guild = served.guild
LEFT JOIN came_back ON came_back.guild = served.guild
LEFT JOIN moved ON moved.guild = served.guild
LEFT JOIN banners ON banners.guild = served.guild
ORDER BY served.guild
