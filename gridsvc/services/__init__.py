"""Use cases: one public function is one permission; web, CLI and worker call the same ones."""
