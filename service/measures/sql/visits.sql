-- Scans in each world of their point, with the visit (到访) they belong to: a scan at most the visit
-- gap after the one before it belongs to the same. A visit is known by the place of its first scan.
SELECT
    point_id,
    world,
    scan_id,
    place,
    ms,
    CAST(day AS INTEGER) AS day,
    MAX(CASE WHEN ms_before IS NULL OR ms - ms_before > gap_ms THEN place END) OVER (
        PARTITION BY point_id, world ORDER BY place
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) * 2 + world AS visit
FROM (
    SELECT
        spots.point_id,
        spots.world,
        alive.scan_id,
        alive.place,
        alive.ms,
        alive.day,
        asked.gap_ms,
        LAG(alive.ms) OVER (PARTITION BY spots.point_id, spots.world ORDER BY alive.place)
            AS ms_before
    FROM alive
    JOIN spots ON spots.point_id = alive.point_id
    LEFT JOIN unsound ON unsound.scan_id = alive.scan_id
    CROSS JOIN asked
    WHERE spots.world = 0 OR unsound.scan_id IS NULL
) AS ordered
