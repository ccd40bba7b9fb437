"""What gridsvc knows, without files, database or web."""
