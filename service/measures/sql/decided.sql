-- Which pairs of places lie beyond their limit.
SELECT
    distances.kind, distances.scan_id, distances.other_id, distances.other_point_id,
    COALESCE(geodesics.metres, distances.metres) > distances.limit_m AS beyond
FROM distances
LEFT JOIN geodesics
  ON geodesics.kind = distances.kind
 AND geodesics.scan_id = distances.scan_id
 AND geodesics.other_id = distances.other_id
