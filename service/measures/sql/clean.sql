-- Copies on time and not bundled of the pairs that were handed over more than once.
SELECT counted.pair, CAST(SUM(counted.counted) AS INTEGER) AS copies
FROM counted
JOIN owed ON owed.pair * 2 = counted.pair - counted.pair % 2
LEFT JOIN bundles ON bundles.visit = counted.visit AND bundles.title_id = counted.title_id
WHERE counted.repeated AND counted.ms <= owed.due_ms AND bundles.visit IS NULL
GROUP BY counted.pair
