-- Players by week (from Monday on) and by month.
SELECT 'week' AS period, CAST(date_trunc('week', day) AS date) AS began, count(DISTINCT player) AS players
FROM events
WHERE is_played
GROUP BY CAST(date_trunc('week', day) AS date)
UNION ALL
SELECT 'month' AS period, CAST(date_trunc('month', day) AS date) AS began, count(DISTINCT player) AS players
FROM events
WHERE is_played
GROUP BY CAST(date_trunc('month', day) AS date)
ORDER BY period, began
