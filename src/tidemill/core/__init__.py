"""What every slice stands on: settings, database, bytes, events, leases, the web kernel and telemetry."""
