-- Scans that exist at as_of: not after it, and not voided by then. The local date is told by the
-- offsets of the zone.
SELECT
    scans.scan_id,
    scans.point_id,
    scans.courier_id,
    scans.ms,
    CAST(floor((scans.ms + offsets.offset_ms) / 86400000) AS BIGINT) AS day,
    ROW_NUMBER() OVER (ORDER BY scans.ms, scans.uid) AS place,
    scans.lat,
    scans.lon,
    scans.accuracy_m,
    scans.method,
    scans.clock,
    scans.label
FROM scans
JOIN offsets ON scans.ms >= offsets.from_ms AND scans.ms < offsets.until_ms
CROSS JOIN asked
WHERE scans.ms <= asked.as_of_ms
  AND (scans.voided_ms IS NULL OR scans.voided_ms > asked.as_of_ms)
