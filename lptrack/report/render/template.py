"""One's own form: a Jinja2 template, run in a sandbox, with the report and every escape at hand.

A template named `*.html`, `*.htm` or `*.xml` has its values escaped by itself; any other asks for what it needs:
`{{ title | markdown }}`, `| moin`, `| xml`, `| cell` (a spreadsheet's), `| oneline` (a terminal's or a mail's).
"""

from __future__ import annotations

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lptrack import escape
from lptrack.errors import UsageError
from lptrack.report.model import Document
from lptrack.report.render import RenderSettings
from lptrack.report.render.phrases import say_cell, say_moment
from lptrack.report.wording import say_bug, say_count, say_day, say_instant, say_place, say_value


def render(document: Document, settings: RenderSettings) -> str:
    """Fill the template in. Raises `UsageError` with the line that is wrong."""
    if settings.template is None:
        raise UsageError("this form needs a template", hint="--template FILE")
    name = settings.template_name
    environment = ImmutableSandboxedEnvironment(
        autoescape=name.endswith((".html", ".htm", ".xml", ".html.j2", ".xml.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "markdown": lambda text: escape.markdown(str(text)),
        "moin": lambda text: escape.moin(str(text)),
        "xml": lambda text: escape.xml(str(text)),
        "cell": lambda text: escape.spreadsheet(str(text)),
        "oneline": lambda text: escape.one_line(str(text)),
        "link": lambda url: escape.safe_url(url) or "",
        "bug": say_bug,
        "count": say_count,
        "day": say_day,
        "instant": say_instant,
        "place": say_place,
        "value": say_value,
        "words": say_cell,
        "moment": say_moment,
    }
    try:
        template = environment.from_string(settings.template)
        return template.render(report=document, page=document.page)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f"{name}, line {line}" if line else name
        raise UsageError(f"{where}: {error.message or type(error).__name__}", hint="see docs/reports.md") from error
    except (TypeError, ValueError, AttributeError, ArithmeticError, LookupError, RecursionError) as error:
        raise UsageError(f"{name}: {error}", hint="see docs/reports.md for what a template has") from error
