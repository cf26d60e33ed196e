-- How often each card came, by banner, version and kind (`pull`, or `ticket` of a shared box).
SELECT events.banner, events.banner_hash, events.kind, u.card, count(*) AS copies
FROM events
CROSS JOIN UNNEST(events.cards) AS u (card)
WHERE events.kind IN ('pull', 'ticket')
GROUP BY events.banner, events.banner_hash, events.kind, u.card
ORDER BY events.banner, events.banner_hash, events.kind, u.card
