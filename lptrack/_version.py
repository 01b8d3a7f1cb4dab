"""The version, in its one place: the package's metadata, `--version`, reports and requests read it here."""

__version__ = "0.1.0"
