"""`tidemill webhook`: who is told of changes of the registry."""
