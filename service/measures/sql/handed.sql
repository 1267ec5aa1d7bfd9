-- Items of issues owed at the point, in each world. `pair` gets the world as its last digit; an
-- item's `issue` are its title and day as they stand in the pair.
SELECT
    owed.pair * 2 + visits.world AS pair,
    owed.title_id,
    owed.day,
    owed.expected,
    owed.wanted,
    items.scan_id,
    visits.place,
    visits.visit,
    visits.ms,
    visits.day AS handed_on,
    CAST(items.copies AS INTEGER) AS copies
FROM items
JOIN visits ON visits.scan_id = items.scan_id
JOIN owed ON owed.pair = visits.point_id * 137438953472 + items.issue
