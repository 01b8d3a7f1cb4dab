"""The agenda in each form: plain text, Markdown, MoinMoin, HTML, JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lptrack import escape
from lptrack.report.agenda import Agenda, AgendaLine, agenda_record, heading_of, number_of, say_line


def _text(agenda: Agenda) -> str:
    head = escape.one_line(heading_of(agenda))
    lines = [head, "=" * len(head), escape.one_line(agenda.headline), ""]
    for section in agenda.sections:
        lines.append(f"{section.title}:")
        lines += [f"  {number_of(line)} {escape.one_line(say_line(line))}" for line in section.lines]
        lines += [f"  … and {section.left_out} more"] if section.left_out else []
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _markdown(agenda: Agenda) -> str:
    lines = [f"## {escape.markdown(heading_of(agenda))}", "", escape.markdown(agenda.headline), ""]
    for section in agenda.sections:
        lines.append(f"### {section.title}")
        lines += [f"- {_markdown_bug(line)} {escape.markdown(say_line(line))}" for line in section.lines]
        lines += [f"- … and {section.left_out} more"] if section.left_out else []
    return "\n".join(lines) + "\n"


def _markdown_bug(line: AgendaLine) -> str:
    url = escape.safe_url(line.url)
    shown = escape.markdown(number_of(line))
    return f"[{shown}]({url})" if url else shown


def _moin(agenda: Agenda) -> str:
    lines = [f"== {escape.moin(heading_of(agenda))} ==", escape.moin(agenda.headline), ""]
    for section in agenda.sections:
        lines.append(f"=== {section.title} ===")
        for line in section.lines:
            url = escape.safe_url(line.url)
            shown = escape.moin(number_of(line))
            lines.append(f" * {f'[[{url}|{shown}]]' if url else shown} {escape.moin(say_line(line))}")
        lines += [f" * … and {section.left_out} more"] if section.left_out else []
    return "\n".join(lines) + "\n"


def _html(agenda: Agenda) -> str:
    title = escape.xml(escape.one_line(heading_of(agenda)))
    parts = [
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>\n<body>\n'
        f"<h1>{title}</h1>\n<p>{escape.xml(escape.one_line(agenda.headline))}</p>\n"
    ]
    for section in agenda.sections:
        parts.append(f"<h2>{escape.xml(section.title)}</h2>\n<ul>\n")
        for line in section.lines:
            url = escape.safe_url(line.url)
            number = escape.xml(number_of(line))
            link = f'<a href="{escape.xml(url)}" rel="noreferrer">{number}</a>' if url else number
            parts.append(f"<li>{link} {escape.xml(escape.one_line(say_line(line)))}</li>\n")
        parts += [f"<li>… and {section.left_out} more</li>\n"] if section.left_out else []
        parts.append("</ul>\n")
    return "".join((*parts, "</body></html>\n"))


def _json(agenda: Agenda) -> str:
    return f"{escape.json_text(agenda_record(agenda))}\n"


AGENDA_FORMS: Final[dict[str, Callable[[Agenda], str]]] = {
    "table": _text, "text": _text, "markdown": _markdown, "moin": _moin, "html": _html, "json": _json,
}  # fmt: skip
"""The forms of `lptrack agenda`, in the order that `--help` shows."""


def render_agenda(agenda: Agenda, form: str) -> str:
    """The agenda in that form, one of `AGENDA_FORMS`."""
    return AGENDA_FORMS[form](agenda)
