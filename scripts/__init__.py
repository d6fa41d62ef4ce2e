"""What `make` runs. Only the standard library is used: these programs make the environment that has the rest."""
