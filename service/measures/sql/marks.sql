-- All marks of the scans whose local date lies in the period asked about.
SELECT marked.scan_id, marked.mark
FROM (
    SELECT scan_id, mark FROM doubts
    UNION ALL
    SELECT scan_id, 'typed' FROM alive WHERE method = 1
    UNION ALL
    SELECT scan_id, 'clock' FROM alive WHERE clock = 1
    UNION ALL
    SELECT scan_id, 'unknown_label' FROM alive WHERE label = 1
    UNION ALL
    SELECT scan_id, 'retired_label' FROM alive WHERE label = 2
    UNION ALL
    SELECT DISTINCT alive.scan_id, 'future_issue'
    FROM alive
    JOIN items ON items.scan_id = alive.scan_id AND items.day > alive.day
) AS marked
JOIN alive ON alive.scan_id = marked.scan_id
CROSS JOIN asked
WHERE alive.day >= asked.since_day AND alive.day <= asked.until_day
