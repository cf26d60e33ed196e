-- How many draws it took each player to a banner's first card of the top rarity, of those whose first
-- pull of that version began where a new player does; with `is_found` false, how many they drew
-- without one. It asks `rules`, which only one machine has.
WITH pulls AS (
    SELECT
        events.player, events.banner_hash, events.version, events.draws, events.cards,
        events.state, rules.start, rules.tops,
        sum(events.draws) OVER (
            PARTITION BY events.player, events.banner_hash ORDER BY events.version
        ) AS drawn
    FROM events
    JOIN rules ON rules.banner_hash = events.banner_hash
    WHERE events.kind = 'pull' AND events.state <> ''
),
begun AS (
    SELECT player, banner_hash
    FROM pulls
    WHERE drawn = draws AND state = start
),
found AS (
    SELECT
        player, banner_hash,
        min(version) AS version,
        min_by(cards, version) AS cards,
        min_by(tops, version) AS tops,
        min(drawn - draws) AS before
    FROM pulls
    WHERE arrays_overlap(cards, tops)
    GROUP BY player, banner_hash
),
placed AS (
    SELECT found.player, found.banner_hash, found.before + min(u.place) AS draws
    FROM found
    CROSS JOIN UNNEST(found.cards) WITH ORDINALITY AS u (card, place)
    WHERE contains(found.tops, u.card)
    GROUP BY found.player, found.banner_hash, found.before
),
without AS (
    SELECT player, banner_hash, max(drawn) AS draws
    FROM pulls
    GROUP BY player, banner_hash
),
all_of_them AS (
    SELECT
        begun.banner_hash,
        coalesce(placed.draws, without.draws) AS draws,
        placed.draws IS NOT NULL AS is_found
    FROM begun
    JOIN without
        ON without.player = begun.player AND without.banner_hash = begun.banner_hash
    LEFT JOIN placed
        ON placed.player = begun.player AND placed.banner_hash = begun.banner_hash
)
SELECT banner_hash, draws, is_found, count(*) AS players
FROM all_of_them
GROUP BY banner_hash, draws, is_found
ORDER BY banner_hash, draws, is_found
