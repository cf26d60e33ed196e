-- Of those who first played in a week (from Monday on), how many played in each week from then on.
-- `week` 0 is their first.
WITH visits AS (
    SELECT DISTINCT player, CAST(date_trunc('week', day) AS date) AS week
    FROM events
    WHERE is_played
),
firsts AS (
    SELECT player, min(week) AS began
    FROM visits
    GROUP BY player
)
SELECT
    firsts.began,
    date_diff('week', firsts.began, visits.week) AS week,
    count(*) AS players
FROM visits
JOIN firsts ON firsts.player = visits.player
GROUP BY firsts.began, date_diff('week', firsts.began, visits.week)
ORDER BY firsts.began, week
