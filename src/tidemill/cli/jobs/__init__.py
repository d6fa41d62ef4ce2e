"""`tidemill job`: workloads from the command line."""
