-- Marks that take a scan out of the sound ones.
SELECT scan_id, kind AS mark FROM decided WHERE kind IN ('far', 'fast') AND beyond
UNION ALL
SELECT near.scan_id, 'pile'
FROM decided AS near
JOIN decided AS apart ON apart.scan_id = near.scan_id AND apart.other_id = near.other_id
WHERE near.kind = 'near' AND NOT near.beyond AND apart.kind = 'apart' AND apart.beyond
GROUP BY near.scan_id
HAVING COUNT(DISTINCT near.other_point_id) >= 2
UNION ALL
SELECT scan_id, 'clock_unknown' FROM alive WHERE clock = 2
