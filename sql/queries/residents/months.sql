-- Months that were published.
SELECT DISTINCT month FROM resident_figure ORDER BY month DESC;
