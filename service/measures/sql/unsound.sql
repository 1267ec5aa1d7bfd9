-- Scans that are not sound.
SELECT DISTINCT scan_id FROM doubts
