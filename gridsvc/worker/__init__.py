"""Background work: one process that takes jobs and folds the rollup."""
