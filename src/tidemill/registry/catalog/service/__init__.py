"""Use cases over the catalog. Each is one unit of work, and what it changes is announced in it."""
