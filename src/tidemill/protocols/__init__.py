"""Dialects of other systems' clients: wire types and mapping only, no state."""
