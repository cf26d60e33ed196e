-- What owners call their banners.
WITH called AS (
    SELECT guild, CAST(json_extract(item, '$.names.M') AS map(varchar, json)) AS words
    FROM settings
    WHERE setting = 'names'
)
SELECT
    called.guild,
    u.banner,
    json_extract_scalar(called.words[u.banner], '$.M.en.S') AS name_en,
    json_extract_scalar(called.words[u.banner], '$.M.ja.S') AS name_ja
FROM called
CROSS JOIN UNNEST(map_keys(called.words)) AS u (banner)
