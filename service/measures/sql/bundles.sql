-- Bundles (捆捆报): visits with counted copies of two or more issues of a title.
SELECT spot_id, visit, title_id, MAX(day) AS newest
FROM counted
WHERE counted > 0
GROUP BY spot_id, visit, title_id
HAVING MIN(day) < MAX(day)
