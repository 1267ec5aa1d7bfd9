-- Expectations in each world of which some copies came late or never; `never` where nothing came.
SELECT
    owed.pair * 2 + spots.world AS pair,
    owed.pair AS owed_pair,
    owed.point_id,
    spots.world,
    spots.scans,
    owed.day,
    owed.due_on,
    owed.arrived_ms,
    first_items.pair IS NULL AS never
FROM owed
JOIN spots ON spots.point_id = owed.point_id
LEFT JOIN (SELECT pair, brought, last_ms FROM counted WHERE first) AS first_items
  ON first_items.pair = owed.pair * 2 + spots.world
WHERE owed.wanted
  AND (
    first_items.pair IS NULL
    OR first_items.brought < owed.expected
    OR first_items.last_ms > owed.due_ms
  )
