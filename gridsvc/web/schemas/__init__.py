"""What answers look like; for the OpenAPI document and its tests."""
