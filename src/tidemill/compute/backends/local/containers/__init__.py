"""Container engines, one file each. One more is one more file, and one line in `engines.py`."""
