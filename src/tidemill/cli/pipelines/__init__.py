"""`tidemill pipeline`: pipelines and their runs from the command line."""
