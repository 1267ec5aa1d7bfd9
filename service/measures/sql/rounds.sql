-- Planned rounds in the period: how many of a round's visits are due at as_of, and how many of those
-- were made. A visit is made when there is any scan at the point on its local date.
SELECT
    runs.route_id,
    runs.office_id,
    runs.day,
    0 AS everything,
    COUNT(*) AS visits,
    CAST(SUM(CASE WHEN due THEN 1 ELSE 0 END) AS BIGINT) AS due_visits,
    CAST(SUM(CASE WHEN due AND seen.point_id IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT)
        AS made_visits
FROM (
    SELECT
        runs.route_id, runs.office_id, runs.day, stops.point_id,
        runs.departs_ms + stops.minutes * 60000 <= asked.as_of_ms AS due
    FROM runs
    JOIN stops
      ON stops.route_id = runs.route_id
     AND runs.day >= stops.from_day
     AND runs.day <= stops.until_day
    CROSS JOIN asked
) AS runs
LEFT JOIN (SELECT DISTINCT point_id, day FROM alive) AS seen
  ON seen.point_id = runs.point_id AND seen.day = runs.day
GROUP BY runs.route_id, runs.office_id, runs.day
