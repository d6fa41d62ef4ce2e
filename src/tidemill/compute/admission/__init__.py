"""Which waiting workloads may start now, and where: a pure decision over a snapshot."""
