-- Items of issues owed at the point, in each world. `pair` gets the world as its last digit.
SELECT
    owed.pair * 2 + visits.world AS pair,
    owed.title_id,
    owed.day,
    owed.expected,
    items.scan_id,
    visits.place,
    visits.visit,
    visits.ms,
    visits.day AS handed_on,
    CAST(items.copies AS INTEGER) AS copies
FROM items
JOIN visits ON visits.scan_id = items.scan_id
JOIN owed ON owed.pair = (visits.point_id * 1048576 + items.title_id) * 131072 + items.day
