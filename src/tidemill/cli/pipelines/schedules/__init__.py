"""`tidemill pipeline schedule`."""
