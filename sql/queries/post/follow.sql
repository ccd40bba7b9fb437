-- Posts on cells that end go on in the cell that took over most of their doors: the post ends the day before and one like
-- it begins there, unless its officer has such a post there already. How many went on.
-- needs: post/heirs
-- param day date: first day of the new division
WITH going AS (
    SELECT p.*, h.heir FROM post p JOIN stage_heir h ON h.old = p.cell_key
    WHERE p.target = 'cell' AND (p.ends IS NULL OR p.ends >= %(day)s) AND p.ended IS NULL AND p.merged_into IS NULL
), begun AS (
    UPDATE post p SET ends = %(day)s::date - 1 FROM going g WHERE p.id = g.id AND g.starts < %(day)s
), still_to_begin AS (
    UPDATE post p SET cell_key = g.heir FROM going g WHERE p.id = g.id AND g.starts >= %(day)s
), following AS (
    INSERT INTO post (officer_id, kind, target, starts, ends, cover, cell_key, source_id, source_key, source_crs, batch_id)
    SELECT DISTINCT ON (g.officer_id, g.kind, g.heir) g.officer_id, g.kind, 'cell', %(day)s, g.ends, g.cover, g.heir,
           g.source_id, g.source_key || '>' || g.heir, g.source_crs, g.batch_id
    FROM going g
    WHERE g.starts < %(day)s
      AND NOT EXISTS (SELECT FROM post o WHERE o.officer_id = g.officer_id AND o.kind = g.kind AND o.target = 'cell'
                      AND o.cell_key = g.heir AND o.ended IS NULL AND o.starts <= %(day)s
                      AND (o.ends IS NULL OR o.ends >= %(day)s))
    ORDER BY g.officer_id, g.kind, g.heir, g.ends DESC NULLS FIRST
)
SELECT count(*) AS n FROM going;
