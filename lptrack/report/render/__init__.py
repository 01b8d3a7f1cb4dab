"""The forms a report can be written in: one module a form, listed here in the order that `--help` shows.

Adding one: a module here with `render(document, settings) -> str | bytes`, a line in RENDERERS, a row in
docs/reports.md. A module is imported only when its form is asked for (pandas, rich and xlsxwriter are heavy).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from importlib import import_module
from typing import Final, Protocol, cast

from lptrack.errors import UsageError
from lptrack.report.brief import build_brief
from lptrack.report.model import Document, HistoryReport, Report, StatusReport


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """What the command line and the output say about the form. Terminal facts are data, not looked up here."""

    max_rows: int | None = None  # of a section in a brief form; None: everything
    width: int = 100  # of the terminal; `text` is 72 columns whatever it is
    color: bool = False
    links: bool = False  # the terminal has OSC 8
    columns: tuple[str, ...] | None = None  # of the CSV
    bom: bool = False
    delimiter: str = ","
    feed: str | None = None  # the address where the Atom feed is to be found
    template: str | None = None  # the text of a Jinja2 template
    template_name: str = "template"  # its file's name: `*.html` and `*.xml` escape by themselves


class Render(Protocol):
    """A form's one function. Pure: the same document and settings give the same bytes."""

    def __call__(self, document: Document, settings: RenderSettings, /) -> str | bytes: ...  # noqa: D102


class Need(Enum):
    """What a form shows beside the changes and states themselves."""

    PAGE = "page"  # sections, headline, notices
    MATRIX = "matrix"  # every task at every meeting, and the trends
    LIVES = "lives"  # each bug's own timeline


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its name on the command line, its module here, what a file of it is called, what it can hold.

    ``options`` are the fields of `RenderSettings` that only some forms heed.
    """

    name: str
    module: str
    suffixes: tuple[str, ...]
    title: str
    documents: tuple[type[Report] | type[StatusReport] | type[HistoryReport], ...]
    needs: tuple[Need, ...] = (Need.PAGE, Need.MATRIX)
    options: tuple[str, ...] = ()
    binary: bool = False
    brief: bool = False  # short unless the whole is asked for

    @property
    def suffix(self) -> str:
        """What a file of this form is called where nobody named it."""
        return self.suffixes[0] if self.suffixes else ".txt"


_ALL: Final = (Report, StatusReport, HistoryReport)
_TABLES: Final = (Report, StatusReport)

RENDERERS: Final = (
    Form("table", "table", (), "for the terminal", _ALL, brief=True),
    Form("text", "text", (".txt",), "72 columns of plain text, for a mailing list", _ALL, brief=True),
    Form("markdown", "markdown", (".md", ".markdown"), "for Discourse and GitHub", _ALL, brief=True),
    Form("moin", "moin", (".moin.txt", ".moin"), "MoinMoin markup, for the wiki", _ALL, brief=True),
    Form("html", "html", (".html", ".htm"), "one page, complete in itself", _ALL, tuple(Need)),
    Form("csv", "csv_table", (".csv",), "for spreadsheets and pandas", _TABLES, (), ("columns", "bom", "delimiter")),
    Form("xlsx", "xlsx", (".xlsx",), "a workbook for Excel and LibreOffice", _TABLES, binary=True),
    Form("json", "json_object", (".json",), "for programs", _ALL, ()),
    Form("jsonl", "json_lines", (".jsonl",), "for programs that read line by line", _ALL, ()),
    Form("atom", "atom", (".atom", ".xml"), "a feed of what moved", (Report,), (Need.PAGE,)),
    Form("template", "template", (), "one's own Jinja2 template (--template)", _ALL),
)


ONLY_SOME: Final = frozenset(option for form in RENDERERS for option in form.options)
"""The fields of `RenderSettings` that only some forms heed: given for another, they are a mistake."""


def forms_of(document: type[Document]) -> tuple[str, ...]:
    """The names of the forms that can hold such a document; one's own template is asked for otherwise."""
    return tuple(form.name for form in RENDERERS if document in form.documents and form.name != "template")


def form_of_file(name: str) -> Form | None:
    """The form that a file of this name has; None where its suffix is no form's."""
    fits = [(suffix, form) for form in RENDERERS for suffix in form.suffixes if name.lower().endswith(suffix)]
    return max(fits, key=lambda fit: len(fit[0]))[1] if fits else None


def find_form(name: str) -> Form:
    """The form of that name. Raises `UsageError`."""
    for form in RENDERERS:
        if form.name == name:
            return form
    raise UsageError(f"unknown format {name!r}", hint="Choose one of: " + ", ".join(form.name for form in RENDERERS))


def render_document(document: Document, form: Form, settings: RenderSettings) -> bytes:
    """Write a report, status or history in a form (text is UTF-8). Raises `UsageError` if the form cannot hold it."""
    if not isinstance(document, form.documents):
        able = ", ".join(other.name for other in RENDERERS if isinstance(document, other.documents))
        raise UsageError(f"--format {form.name} cannot show this", hint=f"Choose one of: {able}")
    if form.brief and settings.max_rows is not None and isinstance(document, Report):
        document = replace(document, page=build_brief(document.page, settings.max_rows))
    render = cast(Render, import_module(f"lptrack.report.render.{form.module}").render)
    written = render(document, settings)
    return written if isinstance(written, bytes) else written.encode("utf-8")
