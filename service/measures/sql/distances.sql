-- Pairs of places whose distance may decide a mark, with the limit in metres it is held against.
--   far    a scan and its point
--   fast   a scan with a position and the same courier's one before it
--   near   a scan and another of the same courier at another point, at most 120 s away
--   apart  the points of such two scans
-- The distances are those on a sphere, within 1 % of the geodesic ones on WGS-84, which are worked
-- out only where that could decide otherwise (`doubtful`). Most pairs are decided and left out here.
WITH following AS (
    SELECT
        scan_id, courier_id, point_id, lat, lon, accuracy_m, ms,
        LAG(scan_id) OVER (PARTITION BY courier_id ORDER BY place) AS scan_before,
        LAG(lat) OVER (PARTITION BY courier_id ORDER BY place) AS lat_before,
        LAG(lon) OVER (PARTITION BY courier_id ORDER BY place) AS lon_before,
        LAG(accuracy_m) OVER (PARTITION BY courier_id ORDER BY place) AS accuracy_before,
        LAG(ms) OVER (PARTITION BY courier_id ORDER BY place) AS ms_before,
        LEAD(ms) OVER (PARTITION BY courier_id ORDER BY place) AS ms_after
    FROM alive
    WHERE lat IS NOT NULL
),
crowded AS (
    SELECT *, CAST(floor(ms / 120000) AS BIGINT) AS bucket
    FROM following
    WHERE ms - ms_before <= 120000 OR ms_after - ms <= 120000
),
reaching AS (
    SELECT crowded.*, crowded.bucket + shifts.shift AS reached
    FROM crowded
    CROSS JOIN (SELECT -1 AS shift UNION ALL SELECT 0 UNION ALL SELECT 1) AS shifts
),
-- A third of a thousandth of a degree of latitude is more than 30 m everywhere.
companions AS (
    SELECT
        one.scan_id, one.point_id, one.lat, one.lon,
        other.scan_id AS other_id, other.point_id AS other_point_id,
        other.lat AS other_lat, other.lon AS other_lon
    FROM reaching AS one
    JOIN crowded AS other
      ON other.courier_id = one.courier_id AND other.bucket = one.reached
    WHERE other.point_id <> one.point_id
      AND abs(other.ms - one.ms) <= 120000
      AND abs(other.lat - one.lat) <= 0.00033
),
pairs AS (
    SELECT
        'far' AS kind, alive.scan_id, alive.point_id AS other_id, alive.point_id AS other_point_id,
        alive.lat, alive.lon, points.lat AS other_lat, points.lon AS other_lon,
        GREATEST(150.0, 3 * COALESCE(alive.accuracy_m, 0.0)) AS limit_m
    FROM alive
    JOIN points ON points.point_id = alive.point_id
    WHERE alive.lat IS NOT NULL
    UNION ALL
    SELECT
        'fast', scan_id, scan_before, 0, lat, lon, lat_before, lon_before,
        COALESCE(accuracy_m, 0.0) + COALESCE(accuracy_before, 0.0) + (ms - ms_before) / 30.0
    FROM following
    WHERE scan_before IS NOT NULL
    UNION ALL
    SELECT 'near', scan_id, other_id, other_point_id, lat, lon, other_lat, other_lon, 30.0
    FROM companions
    UNION ALL
    SELECT
        'apart', companions.scan_id, companions.other_id, companions.other_point_id,
        mine.lat, mine.lon, others.lat, others.lon, 300.0
    FROM companions
    JOIN points AS mine ON mine.point_id = companions.point_id
    JOIN points AS others ON others.point_id = companions.other_point_id
)
SELECT *, abs(metres - limit_m) <= slack_m AS doubtful
FROM (
    SELECT *, 0.01 * metres + 0.01 AS slack_m
    FROM (
        SELECT
            pairs.*,
            2 * 6371008.8 * asin(LEAST(1.0, sqrt(
                pow(sin(radians(other_lat - lat) / 2), 2)
                + cos(radians(lat)) * cos(radians(other_lat))
                * pow(sin(radians(other_lon - lon) / 2), 2)
            ))) AS metres
        FROM pairs
    ) AS measured
) AS bounded
WHERE CASE WHEN kind = 'near' THEN metres - slack_m <= limit_m ELSE metres + slack_m >= limit_m END
