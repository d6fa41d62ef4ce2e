"""What runs beside a user's own process: supervisor, log, limits. The standard library only, and little of it."""
