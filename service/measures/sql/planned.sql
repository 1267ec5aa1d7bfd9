-- Planned visit days of each point, with the latest departure of that day's routes; `place` numbers
-- them, `day_before` is the planned day before.
SELECT
    point_id,
    day,
    departs_ms,
    ROW_NUMBER() OVER (PARTITION BY point_id ORDER BY day) AS place,
    LAG(day) OVER (PARTITION BY point_id ORDER BY day) AS day_before
FROM (
    SELECT stops.point_id, runs.day, MAX(runs.departs_ms) AS departs_ms
    FROM runs
    JOIN stops
      ON stops.route_id = runs.route_id
     AND runs.day >= stops.from_day
     AND runs.day <= stops.until_day
    GROUP BY stops.point_id, runs.day
) AS days
