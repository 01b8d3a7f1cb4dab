"""Generated damage for every parser: `python -m tests.fuzz --seconds 60`. What it finds is kept in `corpus/`."""
