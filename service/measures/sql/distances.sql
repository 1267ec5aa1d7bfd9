-- The distances on a sphere. They are within 1 % of the geodesic ones on WGS-84, which are worked
-- out only where that could decide otherwise (`doubtful`).
SELECT
    measured.*,
    abs(metres - limit_m) <= 0.01 * metres + 0.01 AS doubtful
FROM (
    SELECT
        candidates.*,
        2 * 6371008.8 * asin(LEAST(1.0, sqrt(
            pow(sin(radians(other_lat - lat) / 2), 2)
            + cos(radians(lat)) * cos(radians(other_lat))
            * pow(sin(radians(other_lon - lon) / 2), 2)
        ))) AS metres
    FROM candidates
) AS measured
