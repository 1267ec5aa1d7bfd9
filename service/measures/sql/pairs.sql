-- What became of each expectation at each spot, over all its scans.
SELECT
    spots.spot_id,
    spots.point_id,
    spots.scans,
    owed.title_id,
    owed.day,
    owed.expected,
    owed.due_ms,
    owed.due_on,
    owed.arrived_ms,
    owed.office_id,
    owed.standard_id,
    owed.route_id,
    owed.wanted,
    COALESCE(sums.delivered, 0) AS delivered,
    COALESCE(sums.surplus, 0) AS surplus,
    sums.first_place,
    sums.first_ms
FROM owed
JOIN spots ON spots.point_id = owed.point_id
LEFT JOIN (
    SELECT
        spot_id,
        title_id,
        day,
        CAST(SUM(counted) AS BIGINT) AS delivered,
        CAST(SUM(copies - counted) AS BIGINT) AS surplus,
        MIN(CASE WHEN counted > 0 THEN place END) AS first_place,
        MIN(CASE WHEN counted > 0 THEN ms END) AS first_ms
    FROM counted
    GROUP BY spot_id, title_id, day
) AS sums
  ON sums.spot_id = spots.spot_id AND sums.title_id = owed.title_id AND sums.day = owed.day
