"""The sample city: a fictional county that looks like one, the same for the same seed, with its truths written down."""
