-- Counted copies with what befell them. `older` marks those in a bundle that are not of its newest
-- issue.
SELECT
    counted.spot_id,
    counted.title_id,
    counted.day,
    counted.scan_id,
    counted.place,
    counted.visit,
    counted.ms,
    counted.handed_on,
    counted.counted,
    owed.due_on,
    owed.arrived_ms,
    COALESCE(counted.ms > owed.due_ms, FALSE) AS late,
    counted.ms - owed.due_ms AS late_ms,
    bundles.newest IS NOT NULL AS bundled,
    COALESCE(counted.day < bundles.newest, FALSE) AS older,
    owed.next_day <= counted.handed_on AS stale
FROM counted
JOIN spots ON spots.spot_id = counted.spot_id
JOIN owed
  ON owed.point_id = spots.point_id
 AND owed.title_id = counted.title_id
 AND owed.day = counted.day
LEFT JOIN bundles
  ON bundles.spot_id = counted.spot_id
 AND bundles.visit = counted.visit
 AND bundles.title_id = counted.title_id
WHERE counted.counted > 0
