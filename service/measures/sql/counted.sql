-- Items in the order of their scans, each with the copies that count: at most what is still owed.
SELECT
    spot_id, title_id, day, scan_id, place, visit, ms, handed_on, copies,
    GREATEST(LEAST(copies, expected - copies_before), 0) AS counted
FROM (
    SELECT
        visits.spot_id,
        owed.title_id,
        owed.day,
        owed.expected,
        items.scan_id,
        items.copies,
        visits.place,
        visits.visit,
        visits.ms,
        visits.day AS handed_on,
        CAST(COALESCE(SUM(items.copies) OVER (
            PARTITION BY visits.spot_id, owed.title_id, owed.day ORDER BY visits.place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS BIGINT) AS copies_before
    FROM items
    JOIN visits ON visits.scan_id = items.scan_id
    JOIN spots ON spots.spot_id = visits.spot_id
    JOIN owed
      ON owed.point_id = spots.point_id
     AND owed.title_id = items.title_id
     AND owed.day = items.day
) AS handed
