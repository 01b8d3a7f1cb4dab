"""The version, in its one place: the package's metadata, `--version`, reports and requests read it here."""

DISTRIBUTION = "lptrack-meetings"
"""The name on a package index: `lptrack` there has been somebody else's since 2019."""

__version__ = "0.2.0"
