"""The composition root of the server: builds every slice, binds the ports, and answers the network."""
