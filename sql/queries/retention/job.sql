-- Results of jobs that finished before a day; that they ran stays.
-- param before date: the day
UPDATE job SET result = NULL, error = NULL, params = '{}'
WHERE finished_at < %(before)s AND (result IS NOT NULL OR error IS NOT NULL);
