"""`tidemill model`: models in a folder, or at a server, from the command line."""
