"""The forms a report can be written in: one module a form, listed here in the order that `--help` shows.

Adding one: a module here with `render(document, settings) -> str | bytes`, a line in RENDERERS, a section in
docs/reports.md. A module is imported only when its form is asked for (pandas, rich and xlsxwriter are heavy).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Final, Protocol, cast

from lptrack.errors import UsageError
from lptrack.report.model import Document, HistoryReport, Report, StatusReport


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """What the command line and the output say about the form. Terminal facts are data, not looked up here."""

    width: int = 100  # of the terminal; `text` is 72 columns whatever it is
    color: bool = False
    links: bool = False  # the terminal has OSC 8
    columns: tuple[str, ...] | None = None  # of the CSV
    bom: bool = False
    delimiter: str = ","
    template: str | None = None  # the text of a Jinja2 template
    template_name: str = "template"  # its file's name: `*.html` and `*.xml` escape by themselves


class Render(Protocol):
    """A form's one function. Pure: the same document and settings give the same bytes."""

    def __call__(self, document: Document, settings: RenderSettings, /) -> str | bytes: ...


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its name on the command line, its module here, its file suffix, and the documents it can hold."""

    name: str
    module: str
    suffix: str
    title: str
    documents: tuple[type[Report] | type[StatusReport] | type[HistoryReport], ...]
    binary: bool = False


_ALL: Final = (Report, StatusReport, HistoryReport)

RENDERERS: Final = (
    Form("table", "table", ".txt", "for the terminal", _ALL),
    Form("text", "text", ".txt", "72 columns of plain text, for a mailing list", _ALL),
    Form("markdown", "markdown", ".md", "for Discourse and GitHub", _ALL),
    Form("moin", "moin", ".moin.txt", "MoinMoin markup, for the wiki", _ALL),
    Form("html", "html", ".html", "one page, complete in itself", _ALL),
    Form("csv", "csv_table", ".csv", "for spreadsheets and pandas", (Report, StatusReport)),
    Form("xlsx", "xlsx", ".xlsx", "a workbook for Excel and LibreOffice", (Report, StatusReport), binary=True),
    Form("json", "json_object", ".json", "for programs", _ALL),
    Form("atom", "atom", ".atom", "a feed of what moved", (Report,)),
    Form("template", "template", ".txt", "one's own Jinja2 template (--template)", _ALL),
)


def find_form(name: str) -> Form:
    """The form of that name. Raises `UsageError`."""
    for form in RENDERERS:
        if form.name == name:
            return form
    raise UsageError(
        f"there is no form {name!r}", hint="--format is one of " + ", ".join(form.name for form in RENDERERS)
    )


def render_document(document: Document, form: Form, settings: RenderSettings) -> bytes:
    """Write a report, status or history in a form (text is UTF-8). Raises `UsageError` if the form cannot hold it."""
    if not isinstance(document, form.documents):
        able = ", ".join(other.name for other in RENDERERS if isinstance(document, other.documents))
        raise UsageError(f"{form.name} has no form for this", hint=f"--format is one of {able}")
    render = cast(Render, import_module(f"lptrack.report.render.{form.module}").render)
    written = render(document, settings)
    return written if isinstance(written, bytes) else written.encode("utf-8")
