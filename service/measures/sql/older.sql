-- Counted copies in a bundle that are not of its newest issue.
SELECT counted.pair, counted.place, counted.visit, counted.title_id, counted.day, counted.handed_on
FROM counted
JOIN bundles ON bundles.visit = counted.visit AND bundles.title_id = counted.title_id
WHERE counted.day < bundles.newest
