-- A point whose scans are all sound is one world (0). Another is two that know nothing of each
-- other: one with all its scans (0) and one with the sound ones (1). `scans` says what a world is
-- true of: 0 both questions, 1 all scans, 2 sound scans.
SELECT
    points.point_id,
    0 AS world,
    CASE WHEN doubted.point_id IS NULL THEN 0 ELSE 1 END AS scans
FROM points
LEFT JOIN (
    SELECT DISTINCT alive.point_id
    FROM alive
    JOIN unsound ON unsound.scan_id = alive.scan_id
) AS doubted ON doubted.point_id = points.point_id
UNION ALL
SELECT DISTINCT alive.point_id, 1, 2
FROM alive
JOIN unsound ON unsound.scan_id = alive.scan_id
