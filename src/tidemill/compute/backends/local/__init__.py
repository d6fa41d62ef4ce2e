"""The local backend: processes of this machine that outlive the server, and are adopted by the next."""
