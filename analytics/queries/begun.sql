-- How many pulls, of how many cards, began in each state of each banner and version: what their odds
-- depended on.
SELECT banner, banner_hash, state, draws, count(*) AS pulls
FROM events
WHERE kind = 'pull'
GROUP BY banner, banner_hash, state, draws
ORDER BY banner, banner_hash, state, draws
