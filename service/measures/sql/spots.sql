-- A point stands for one spot where all its scans are sound; otherwise for two that know nothing of
-- each other: one with all scans and one with the sound ones. `scans`: 0 both, 1 all, 2 sound.
SELECT
    points.point_id * 2 AS spot_id,
    points.point_id,
    CASE WHEN doubted.point_id IS NULL THEN 0 ELSE 1 END AS scans
FROM points
LEFT JOIN (
    SELECT DISTINCT alive.point_id
    FROM alive
    JOIN unsound ON unsound.scan_id = alive.scan_id
) AS doubted ON doubted.point_id = points.point_id
UNION ALL
SELECT DISTINCT alive.point_id * 2 + 1, alive.point_id, 2
FROM alive
JOIN unsound ON unsound.scan_id = alive.scan_id
