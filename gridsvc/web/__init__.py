"""HTTP: a thin coat over the services."""
