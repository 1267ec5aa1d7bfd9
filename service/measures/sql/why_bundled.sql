-- The same for the older issues of bundles, up to the day before the hand-over.
SELECT
    older.pair,
    older.place,
    MAX(CASE WHEN planned.departs_ms >= owed.arrived_ms THEN 1 ELSE 0 END) AS passed,
    MAX(CASE
        WHEN planned.departs_ms >= owed.arrived_ms AND seen.point_id IS NOT NULL THEN 1 ELSE 0
    END) AS visited
FROM older
JOIN owed ON owed.pair * 2 = older.pair - older.pair % 2
JOIN numbers ON numbers.n < older.handed_on - older.day
JOIN planned ON planned.point_id = owed.point_id AND planned.day = older.day + numbers.n
LEFT JOIN seen
  ON seen.point_id = owed.point_id AND seen.world = older.pair % 2 AND seen.day = planned.day
GROUP BY older.pair, older.place
