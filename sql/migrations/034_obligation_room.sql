-- Room on each page, so that an obligation that a visit closes is written beside itself and no index needs to know.
ALTER TABLE obligation SET (fillfactor = 90);
