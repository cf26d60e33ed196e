-- What those had in their purse, at the end of a day, who played or were given something on it: the
-- least balance that a tenth, a half and nine tenths of them had at most.
WITH closing AS (
    SELECT day, player, max_by(balance, version) AS balance
    FROM events
    WHERE version IS NOT NULL
    GROUP BY day, player
),
ranked AS (
    SELECT
        day,
        balance,
        row_number() OVER (PARTITION BY day ORDER BY balance) AS place,
        count(*) OVER (PARTITION BY day) AS players
    FROM closing
)
SELECT
    day,
    max(players) AS players,
    min(CASE WHEN place * 10 >= players THEN balance END) AS tenth,
    min(CASE WHEN place * 2 >= players THEN balance END) AS median,
    min(CASE WHEN place * 10 >= players * 9 THEN balance END) AS ninetieth
FROM ranked
GROUP BY day
ORDER BY day
