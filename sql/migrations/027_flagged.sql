-- Estates that the office keeps an eye on, whatever kind they are (重点小区).
ALTER TABLE estate ADD COLUMN flagged boolean;
COMMENT ON COLUMN estate.flagged IS 'public: kept an eye on';
