"""Pure pieces that everything else may use: no I/O, no state, no third-party framework."""
