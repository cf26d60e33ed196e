-- Coins in and out by source and week (from Monday on).
SELECT
    source,
    CAST(date_trunc('week', day) AS date) AS week,
    count(*) AS events,
    sum(CASE WHEN coins > 0 THEN coins ELSE 0 END) AS coins_in,
    sum(CASE WHEN coins < 0 THEN -coins ELSE 0 END) AS coins_out
FROM events
WHERE coins <> 0
GROUP BY source, CAST(date_trunc('week', day) AS date)
ORDER BY source, week
