"""The workbook's cells: typed, coloured by what they mean, and never a formula."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from lptrack.escape import safe_url, spreadsheet
from lptrack.model import UNKNOWN
from lptrack.report.judgement import is_closed, is_fixed
from lptrack.report.model import Tone
from lptrack.report.rows import importance_cell

LONGEST: Final = 32_000
"""Excel holds 32,767 characters a cell."""
_LINKS: Final = 60_000  # Excel holds 65,530 a sheet
_LONGEST_LINK: Final = 2_000


class Kind(Enum):
    """What a column holds, where that is more than text, a number or an instant."""

    PLAIN = "plain"
    BUG = "bug"
    STATUS = "status"
    IMPORTANCE = "importance"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: where it comes from, its heading, its width in characters."""

    name: str
    heading: str
    width: int
    kind: Kind = Kind.PLAIN


class Styles:
    """The workbook's formats, each made once."""

    def __init__(self, book: Any) -> None:
        """Make them in this workbook."""
        top = {"valign": "top"}
        self.head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EDEDED", "text_wrap": True, **top})
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.lead = book.add_format({"font_size": 12, "text_wrap": True, **top})
        self.label = book.add_format({"bold": True, **top})
        self.text = book.add_format({"text_wrap": True, **top})
        self.warning = book.add_format({"font_color": "#9C5700", **top})
        self.plain = book.add_format(top)
        self.number = book.add_format({"align": "center", **top})
        self.date = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", **top})
        self.link = book.add_format({"font_color": "#0563C1", "underline": 1, "align": "left", **top})
        self.fixed = book.add_format({"bg_color": "#C6EFCE", "font_color": "#006100", **top})
        self.closed = book.add_format({"bg_color": "#E7E6E6", "font_color": "#404040", **top})
        self.unknown = book.add_format({"italic": True, "font_color": "#7F7F7F", **top})
        self.bad = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006", **top})
        self.warn = book.add_format({"bg_color": "#FFEB9C", "font_color": "#7F5200", **top})

    def of_status(self, tracker: str, status: str) -> Any:
        """Green for fixed, grey for closed otherwise; what is open stays as it is."""
        if status == "unknown":
            return self.unknown
        if is_fixed(tracker, status):
            return self.fixed
        return self.closed if is_closed(tracker, status) else self.text

    def of_importance(self, tracker: str, importance: str) -> Any:
        """Red and yellow for what the page marks too."""
        tone = importance_cell(tracker, UNKNOWN if importance == "unknown" else importance).tone
        return {Tone.BAD: self.bad, Tone.WARN: self.warn}.get(tone, self.plain)


def write_cell(
    sheet: Any, place: tuple[int, int], value: Any, kind: Kind, styles: Styles, tracker: str, url: str
) -> None:
    """One value at (row, column); nothing for what is empty or missing."""
    if value is None or value == "":
        return
    if kind is Kind.BUG and place[0] <= _LINKS and (address := safe_url(url)) and len(address) < _LONGEST_LINK:
        sheet.write_url(*place, address, styles.link, str(value))
        sheet.write_number(*place, int(value), styles.link)  # over the text: the link stays, and the cell is a number
    elif isinstance(value, int | float):
        sheet.write_number(*place, value, styles.number)
    elif hasattr(value, "to_pydatetime"):
        sheet.write_datetime(*place, value.to_pydatetime(), styles.date)
    else:
        sheet.write_string(*place, spreadsheet(str(value))[:LONGEST], _style(str(value), kind, styles, tracker))


def _style(text: str, kind: Kind, styles: Styles, tracker: str) -> Any:
    match kind:
        case Kind.STATUS:
            return styles.of_status(tracker, text)
        case Kind.IMPORTANCE:
            return styles.of_importance(tracker, text)
    return styles.text
