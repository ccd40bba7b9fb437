"""Map files, spreadsheets and report pages."""
