-- Scans of each spot with the visit (到访) they belong to: a scan at most the visit gap after the
-- one before it belongs to the same.
SELECT
    spot_id,
    scan_id,
    place,
    ms,
    day,
    SUM(CASE WHEN ms - ms_before > gap_ms THEN 1 ELSE 0 END) OVER (
        PARTITION BY spot_id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS visit
FROM (
    SELECT
        spots.spot_id,
        alive.scan_id,
        alive.place,
        alive.ms,
        alive.day,
        asked.gap_ms,
        LAG(alive.ms) OVER (PARTITION BY spots.spot_id ORDER BY alive.place) AS ms_before
    FROM alive
    JOIN spots ON spots.point_id = alive.point_id
    LEFT JOIN unsound ON unsound.scan_id = alive.scan_id
    CROSS JOIN asked
    WHERE spots.scans < 2 OR unsound.scan_id IS NULL
) AS ordered
