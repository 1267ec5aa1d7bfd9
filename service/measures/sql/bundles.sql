-- Bundles (捆捆报): visits with counted copies of two or more issues of a title.
SELECT visit, title_id, MAX(day) AS newest
FROM counted
GROUP BY visit, title_id
HAVING MIN(day) < MAX(day)
