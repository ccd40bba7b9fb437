-- Take rows out of the file whose key an earlier row has already, and say whether they only repeat it.
-- needs: stage
DELETE FROM {stage} s
USING (SELECT source_key, min(row_no) AS first FROM {stage} GROUP BY source_key HAVING count(*) > 1) d,
      {stage} f
WHERE s.source_key = d.source_key AND s.row_no <> d.first AND f.row_no = d.first
RETURNING s.row_no, s.source_key, d.first,
          ROW ({read_s}, s.lon, s.lat) IS NOT DISTINCT FROM ROW ({read_f}, f.lon, f.lat) AS repeated;
