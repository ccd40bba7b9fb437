-- Days on which targets of the rule began.
-- needs: target/stage
-- param first date: not before
-- param last date: not after
SELECT DISTINCT begins FROM stage_target WHERE begins BETWEEN %(first)s AND %(last)s ORDER BY begins;
