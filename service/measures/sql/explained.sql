-- For each window: was a visit planned, did one depart at or after the arrival, and was the point
-- visited on a day of which that is true?
SELECT
    windows.spot_id,
    windows.from_day,
    windows.until_day,
    windows.arrived_ms,
    COALESCE(days.passed, 0) AS passed,
    COALESCE(days.visited, 0) AS visited,
    days.passed IS NOT NULL AS planned
FROM windows
LEFT JOIN (
    SELECT
        windows.spot_id,
        windows.from_day,
        windows.until_day,
        windows.arrived_ms,
        MAX(CASE WHEN planned.departs_ms >= windows.arrived_ms THEN 1 ELSE 0 END) AS passed,
        MAX(CASE
            WHEN planned.departs_ms >= windows.arrived_ms AND seen.spot_id IS NOT NULL THEN 1
            ELSE 0
        END) AS visited
    FROM windows
    JOIN spots ON spots.spot_id = windows.spot_id
    JOIN numbers ON numbers.n <= windows.until_day - windows.from_day
    JOIN planned
      ON planned.point_id = spots.point_id AND planned.day = windows.from_day + numbers.n
    LEFT JOIN (SELECT DISTINCT spot_id, day FROM visits) AS seen
      ON seen.spot_id = windows.spot_id AND seen.day = planned.day
    GROUP BY windows.spot_id, windows.from_day, windows.until_day, windows.arrived_ms
) AS days
  ON days.spot_id = windows.spot_id
 AND days.from_day = windows.from_day
 AND days.until_day = windows.until_day
 AND days.arrived_ms = windows.arrived_ms
