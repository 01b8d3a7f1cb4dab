"""What bots say of bugs: who is a bot, what an announcement states, which lines only repeat a person's.

The forms are those that the bots' own source prints (supybot's Bugtracker plugin of 2005 to 2024, mup, the feed of
new bugs, bots that read the titles of addresses). A title may hold quotes, brackets and whole sentences: forms are
read from both ends, never by guessing where a title stops.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lptrack.grammar.bot_nicks import is_bot, is_meeting_bot
from lptrack.grammar.trackers import tracker_of_host, tracker_of_word
from lptrack.model import LAUNCHPAD

__all__ = ["Announced", "NotFound", "echoes", "is_bot", "is_meeting_bot", "parse_announcement", "parse_announcements"]


@dataclass(frozen=True, slots=True)
class Announced:
    """What a bot's line states of one bug, as printed. ``duplicate`` is the bug asked for, where that is another."""

    tracker: str
    number: int
    rule: str
    target: str | None = None
    title: str | None = None
    importance: str | None = None
    status: str | None = None
    assignee: str | None = None
    duplicate: int | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """A bot's word that it cannot show a bug. ``private``: it says that the bug is private, or may be."""

    tracker: str
    number: int
    private: bool = False
    rule: str = "bot-not-found"


def echoes(nick: str, text: str) -> bool:
    """Whether a line is a meeting bot's repetition of a person's: its numbers are no references of their own."""
    return is_meeting_bot(nick) and parse_announcement(text) is None


_ADDRESSED = r"(?:[^\s:,]{1,40}[:,]\s{1,3})?"
_STRAIGHT = {ord("\u201c"): '"', ord("\u201d"): '"', ord("\u201e"): '"'}
_MARKS: Final = ('"', "\u201c", "<", "(at ", "rror", "ound", "xist", "rivate")  # one stands in every form
_PAGE_MARKS: Final = (" : Bugs : ", "(at ", ": \u201c", ': "')
_LONGEST_LINE = 4000  # no bot's line is longer, on any network
_LONGEST_TAIL = 900
_CUT_AT = 380  # the network cuts lines at 512 bytes, channel and nick included
_CODES = re.compile(r"\x03[0-9]{0,2}(?:,[0-9]{1,2})?|[\x00-\x08\x0b-\x1f]")

_HEAD = re.compile(
    rf"\s{{0,8}}{_ADDRESSED}(?:(?P<new>new bug: #)|(?:(?P<who>[\w.+/-]{{1,80}}(?: [\w.+-]{{1,40}}){{0,2}}?) )?"
    r"(?P<word>bug|issue) #?)0{0,6}(?P<n>[0-9]{1,9})(?: in (?P<target>[^\"]{1,200}?))? ?(?=\")",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?P<extra>(?: ?\((?:[a-z]{1,20}: [^()]{0,120}(?:\([^()]{0,80}\)[^()]{0,40})?)\)){0,4})\s{0,3}"
    r"\[(?:(?P<importance>[^\[\],]{1,60}),\s?)?(?P<status>[^\[\]]{1,80})\]"
    r"(?: \[duplicate: #?(?P<dup>[0-9]{1,9})\])?"
    r"\s{0,4}(?P<url>[<(\[]{0,3}\s?https?://(?P<host>[\w.-]{1,80})\S{0,400})?(?P<rest>.{0,400})$",
    re.IGNORECASE | re.DOTALL,
)
_ASSIGNED_REST = re.compile(r"\s{0,20}-\s{1,3}assigned to (?P<assignee>.{1,200})", re.IGNORECASE)
_ASSIGNED_EXTRA = re.compile(r"\(assigned: (?P<assignee>[^()]{0,120}(?:\([^()]{0,80}\))?)\)", re.IGNORECASE)
_DUPLICATE = re.compile(r"duplicate for #(?P<dup>[0-9]{1,9})\s{1,3}", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\](?: \[duplicate: [0-9]{1,9}\])?(?: https?://\S{1,200})?(?:[;,|]?\s{1,4})"
    r"(?=(?:[\w.]{1,40} )?bug #?[0-9]{1,9} in [^\"]{1,120}\")",
    re.IGNORECASE,
)

_MUP_HEAD = re.compile(
    rf"\s{{0,8}}{_ADDRESSED}bug #0{{0,6}}(?P<n>[0-9]{{1,9}})(?: (?:opened|changed|filed|closed|reopened"
    rf"|was \w{{1,20}}))?: (?=\S)",
    re.IGNORECASE,
)
_MUP_URL = re.compile(r"<\s?https?://\S{1,300}\s?>[\s.]{0,20}$|https?://\S{1,300}[\s.]{0,20}$")
_MUP_TAG = re.compile(r"\s?<(?P<tag>[^<>]{1,200})>\s{0,20}$")
_MUP_TASK = re.compile(
    r"(?P<target>.{1,160}?):(?P<status>[A-Z][\w' ]{1,40}?)(?: (?:by|for) (?P<assignee>\S.{0,80}))?"
)

_PAGE_TITLE = re.compile(
    rf"\s{{0,8}}{_ADDRESSED}(?:\[\s?)?(?:[^\s\"]{{1,14}}\s)?(?:[^\s\"]{{0,14}}[:\]>–-]\s?)?"
    r"(?:\[\s?)?bug #?(?P<n>[0-9]{1,9})"
    r"(?: in (?P<target>[^“\"]{1,120}?):)? [“\"](?P<title>.{1,500})[”\"]"
    r"(?: : bugs : (?P<package>.{1,160}?))?(?:\s?\])?"
    r"(?: \(at (?P<host>[\w.-]{1,80})\))?\s{0,20}",
    re.IGNORECASE,
)
_FOREIGN_TITLE = re.compile(
    rf"\s{{0,8}}{_ADDRESSED}(?:\[\s?)?(?:page )?title:\s?(?:bug )?#?(?P<n>[0-9]{{1,9}})\s?(?:[-–—:]\s)?"
    r"(?P<title>.{1,500}?)"
    r" \(at (?P<host>[\w.-]{1,80})\)\s{0,20}",
    re.IGNORECASE,
)

_SORRY = re.compile(
    rf"\s{{0,8}}{_ADDRESSED}(?:error: |sorry, )?(?:{_ADDRESSED})?"
    r"(?:(?:could not (?:find|gather data from \S{1,60} for|get|parse)|error getting) )?"
    r"(?:(?P<who>[\w.+/-]{1,80}) )?(?P<word>bug) #?(?P<n>[0-9]{1,9})"
    r"(?:(?: (?:\(|on )\S{1,200}\)?)?"
    r" ?(?:could not be found|(?:was )?not found|(?:does not|doesn't) exist|is private|cannot be found"
    r"|is a duplicate of bug #[0-9]{1,9}, but it is private|: bug does not exist|: \w{1,40})?[^\"]{0,300})",
    re.IGNORECASE | re.DOTALL,
)
_ERROR = re.compile(rf"\s{{0,8}}{_ADDRESSED}Error: .{{0,400}}?launchpad\.net/bugs/(?P<n>[0-9]{{1,9}})")
_SORRY_WORDS: Final = (
    "could not", "not found", "not exist", "doesn't exist", "is private", "error getting", "cannot be found",
)  # fmt: skip


def parse_announcement(text: str) -> Announced | NotFound | None:
    """What a line states of a bug, if a bot wrote it; None where it has none of the bots' forms."""
    found = parse_announcements(text)
    return found[0] if found else None


def parse_announcements(text: str) -> tuple[Announced | NotFound, ...]:
    """All that a line states, for bots that answer several bugs in one line."""
    if len(text) > _LONGEST_LINE:
        return ()
    if ", " in text and text.lstrip()[:4].lower() == "bug " and (found := _parse_bugzilla(text)) is not None:
        return (found,)
    for mark in _MARKS:  # not any(…), whose generator takes three times as long
        if mark in text:
            break
    else:
        return ()
    clean = _CODES.sub("", text)
    parts: list[Announced | NotFound] = []
    start = 0
    for between in _BETWEEN.finditer(clean):
        one = _parse_one(clean[start : between.end()])
        if one is None:
            break
        parts.append(one)
        start = between.end()
    last = _parse_one(clean[start:] if start else clean)
    return tuple(parts) if last is None else (*parts, last)


def _parse_one(text: str) -> Announced | NotFound | None:
    if any(mark in text for mark in _PAGE_MARKS):
        page = _parse_page_title(text)
        if page is not None:
            return page
    straight = (
        text.translate(_STRAIGHT) if "\u201c" in text else text
    )  # same length: what is cut out is cut from the text as it was printed
    head = _HEAD.match(straight)
    if head is not None:
        found = _parse_tracker_line(text, straight, head)
        if found is not None:
            return found
    mup = _MUP_HEAD.match(text)
    if mup is not None:
        found = _parse_mup(text, mup)
        if found is not None:
            return found
    return _parse_sorry(text)


def _tracker(head: re.Match[str]) -> str:
    """The tracker that a bot names before "bug", by name or host; Launchpad where it names none."""
    who = head["who"]
    if not who:
        return LAUNCHPAD if head["word"] in (None, "bug", "Bug") else "github"
    name = who.lower()
    if "/" in name or "." in name:
        return tracker_of_word(name, 0) or tracker_of_host(name) or _family(name)
    return tracker_of_word(name, 0) or tracker_of_word(name.split()[-1], 0) or name


def _family(name: str) -> str:
    """Of a tracker that is called by its project, `PUMPsec/pumpsec`: the meeting may have shown which it is."""
    return "github" if "/" in name else "bugzilla"


_BUGZILLA = re.compile(
    rf"\s{{0,8}}{_ADDRESSED}bug (?P<n>[0-9]{{1,9}}): (?P<severity>[\w ]{{3,20}}), (?P<priority>[\w -]{{1,20}}), "
    r"(?P<milestone>[^,]{1,60}), (?P<assignee>[^,]{0,80}), (?P<status>[A-Z][A-Za-z_]{2,20}(?: [A-Z]{4,12})?) ?, "
    r"(?P<title>\S.{0,400})",
    re.IGNORECASE | re.DOTALL,
)


def _parse_bugzilla(text: str) -> Announced | None:
    """supybot's Bugzilla plugin: `Bug 4351: normal, P2, ---, ana, NEW , Title`. Which Bugzilla, the meeting tells."""
    found = _BUGZILLA.fullmatch(text)
    if found is None:
        return None
    return Announced(
        "bugzilla", int(found["n"]), "bot-bugzilla", title=found["title"].strip(), importance=found["severity"],
        status=found["status"].strip(), assignee=found["assignee"].strip() or None,
    )  # fmt: skip


def _parse_tracker_line(text: str, straight: str, head: re.Match[str]) -> Announced | None:
    """`WHO bug N in TARGET "TITLE" (EXTRA) [IMPORTANCE,STATUS] URL - Assigned to X`, whole or cut by the network."""
    start = head.end() + 1
    end = len(straight)
    while (quote := straight.rfind('"', start, end)) >= 0 and len(straight) - quote < _LONGEST_TAIL:
        tail = _TAIL.match(straight, quote + 1)
        if tail is not None:
            return _announced(head, text[start:quote], tail)
        end = quote
    title = text[start:].rstrip()
    closed = straight[start:].rstrip().endswith('"')
    if head["target"] is None and head["who"] is None:
        return None
    if closed:
        return _announced(head, title[:-1], None)
    if '"' not in straight[start:] or len(text) >= _CUT_AT:
        return _announced(head, title, None)
    return None


def _announced(head: re.Match[str], title: str, tail: re.Match[str] | None) -> Announced:
    duplicate = _DUPLICATE.match(title)
    asked = int(duplicate["dup"]) if duplicate else None
    assignee = importance = status = host = None
    if tail is not None:
        importance, status, host = tail["importance"], tail["status"].strip(), tail["host"]
        if tail["dup"]:
            asked = int(tail["dup"])
        assigned = _ASSIGNED_EXTRA.search(tail["extra"]) or _ASSIGNED_REST.match(tail["rest"])
        assignee = assigned["assignee"].strip() if assigned else None
    number = int(head["n"])
    return Announced(
        tracker=(tracker_of_host(host.lower()) if host else None) or _tracker(head),
        number=number,
        rule="bot-new-bug" if head["new"] else "bot-bug",
        target=head["target"].rstrip(": ") if head["target"] else None,
        title=(title[duplicate.end() :] if duplicate else title).strip() or None,
        importance=importance.strip() if importance else None,
        status=status,
        assignee=assignee,
        duplicate=asked,
    )


def _parse_mup(text: str, head: re.Match[str]) -> Announced | None:
    """`Bug #N: TITLE <tag> <target:Status by person> <https://launchpad.net/bugs/N>`, read from its end."""
    url = _MUP_URL.search(text, max(head.end(), len(text) - 400))
    if url is None or "launchpad" not in url[0]:
        return None
    body = text[head.end() : url.start()].rstrip()
    tasks: list[re.Match[str]] = []
    while (tag := _MUP_TAG.search(body, max(0, len(body) - 240))) is not None:
        task = _MUP_TASK.fullmatch(tag["tag"])
        if task is not None:
            tasks.insert(0, task)
        elif " " in tag["tag"].strip():
            break
        body = body[: tag.start()].rstrip()
    first = tasks[0] if tasks else None
    return Announced(
        tracker=LAUNCHPAD,
        number=int(head["n"]),
        rule="bot-mup",
        target=first["target"].strip() if first else None,
        title=body.strip() or None,
        status=first["status"].strip() if first else None,
        assignee=first["assignee"] if first else None,
    )


def _parse_page_title(text: str) -> Announced | None:
    """A page's title as a bot reads it from an address: Launchpad's own, or any tracker's with its host."""
    page = _PAGE_TITLE.fullmatch(text)
    if page is not None and (page["package"] or page["target"] or page["host"]):
        host = page["host"]
        return Announced(
            tracker=(tracker_of_host(host) or "bugzilla") if host else LAUNCHPAD,
            number=int(page["n"]),
            rule="bot-page-title",
            target=(page["package"] or page["target"] or "").strip() or None,
            title=page["title"].strip(),
        )
    foreign = _FOREIGN_TITLE.fullmatch(text)
    if foreign is None:
        return None
    return Announced(
        tracker=tracker_of_host(foreign["host"]) or "bugzilla",
        number=int(foreign["n"]),
        rule="bot-page-title",
        title=foreign["title"].strip(),
    )


def _parse_sorry(text: str) -> NotFound | None:
    """`Error: Launchpad bug N could not be found`, `Bug N is private`, and what else bots say instead of a bug."""
    if len(text) > 600:
        return None
    match = _SORRY.fullmatch(text) or _ERROR.match(text)
    if match is None:
        return None
    if match.re is _ERROR:
        return NotFound(LAUNCHPAD, int(match["n"]), private="private" in text)
    sentence = match[0].lower()
    if not any(word in sentence for word in _SORRY_WORDS):
        return None
    number = int(match["n"])
    return NotFound(_tracker(match), number, private="private" in sentence)
