-- Who is in charge is looked up by the cell.
-- needs: obligation/stage_charge
CREATE INDEX ON stage_charge (cell_key);
