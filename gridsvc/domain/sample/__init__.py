"""The sample city: a fictional county that looks like one, the same for the same seed, its truths written down."""
