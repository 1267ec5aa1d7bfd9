-- For late and undelivered copies, over the planned visit days from the issue's date to its due date
-- (a pair without one is not here): did one depart at or after the arrival, and was the point visited
-- on a day of which that is true?
SELECT
    unmet.pair,
    MAX(CASE WHEN planned.departs_ms >= unmet.arrived_ms THEN 1 ELSE 0 END) AS passed,
    MAX(CASE
        WHEN planned.departs_ms >= unmet.arrived_ms AND seen.point_id IS NOT NULL THEN 1 ELSE 0
    END) AS visited
FROM unmet
JOIN numbers ON numbers.n <= unmet.due_on - unmet.day
JOIN planned ON planned.point_id = unmet.point_id AND planned.day = unmet.day + numbers.n
LEFT JOIN seen
  ON seen.point_id = unmet.point_id AND seen.world = unmet.world AND seen.day = planned.day
GROUP BY unmet.pair
