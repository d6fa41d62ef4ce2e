"""Where processes run: the contract of a backend, and the backends there are."""
