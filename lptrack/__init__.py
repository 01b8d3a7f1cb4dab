"""lptrack: what moved since the last meeting."""

from lptrack.report.escape import undo_spreadsheet as undo_spreadsheet

__version__ = "0.1.0"
