"""Every value of every recorded bug at every step, from every read of it: right or unknown, never wrong.

`python -m tests.trackers.launchpad.test_history_recorded` prints the score.
"""

from __future__ import annotations

from collections import Counter

import pytest

from lptrack.model import STATE_FIELDS, UNKNOWN, EventBasis
from lptrack.trackers.launchpad.history import build_history
from tests.history_oracle import duplicate_at, state_at, tags_at, title_at
from tests.trackers.launchpad.recorded_bugs import RecordedBug, load_bugs, load_facts

BUGS = load_bugs()
FACTS = load_facts()


def score(bug: RecordedBug, facts: dict[str, str]) -> tuple[Counter[str], list[str]]:
    """Right and unknown values over all reads and the steps before each; and in words what is wrong."""
    count: Counter[str] = Counter()
    wrong: list[str] = []
    for read in bug.reads:
        history = build_history(read.observation, read.entries, facts, read.read_at)
        for number, step in enumerate(bug.steps):
            if step.at > read.read_at:
                break
            where = f"{bug.number} read {read.read_at:%F} step {number}"
            spans = {span.target: span for _, span in state_at(history, step.at)}
            targets = {task[0] for task in step.tasks}
            wrong += [f"{where}: {name} was not there" for name in spans.keys() - targets]
            for target, *values in step.tasks:
                if target not in spans:
                    wrong.append(f"{where}: {target} is missing")
                    continue
                for field, value in zip(STATE_FIELDS, values, strict=True):
                    said = getattr(spans[target], field)
                    if said is UNKNOWN:
                        count["unknown"] += 1
                    elif said == value:
                        count["right"] += 1
                    else:
                        wrong.append(f"{where}: {target} {field} {said!r}, truly {value!r}")
            said_of_bug = (title_at(history, step.at), tags_at(history, step.at), duplicate_at(history, step.at))
            if said_of_bug != (step.title, tuple(sorted(step.tags)), step.duplicate_of):
                wrong.append(f"{where}: {said_of_bug}")
    return count, wrong


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: str(bug.number))
def test_no_recorded_value_is_ever_wrong(bug: RecordedBug) -> None:
    assert score(bug, FACTS)[1] == []


def test_hardly_any_recorded_value_is_unknown() -> None:
    total: Counter[str] = sum((score(bug, FACTS)[0] for bug in BUGS), Counter())
    assert total["right"] > 6000
    assert total["unknown"] / total.total() < 0.01


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: str(bug.number))
def test_without_facts_pairs_are_undecided_but_nothing_is_wrong(bug: RecordedBug) -> None:
    assert score(bug, {})[1] == []


def test_a_partner_s_change_is_credited_to_the_partner_s_entry() -> None:
    bug = next(bug for bug in BUGS if bug.number == 2900001)
    read = bug.reads[-1]
    events = build_history(read.observation, read.entries, FACTS, read.read_at).events
    shared = [event for event in events if event.basis is EventBasis.PARTNER and event.field == "status"]
    assert [(event.target, event.before, event.after, event.by) for event in shared] == [
        ("linux (Ubuntu Saucy)", "Confirmed", "Triaged", "mia-triage"),
        ("linux (Ubuntu)", "Triaged", "Fix Committed", "mia-triage"),
        ("linux (Ubuntu)", "Fix Committed", "Fix Released", "mia-triage"),
        ("linux (Ubuntu)", "Fix Released", "Confirmed", "mia-triage"),
    ]


if __name__ == "__main__":
    for facts, words in ((FACTS, "with facts"), ({}, "without facts")):
        totals: Counter[str] = Counter()
        for one in BUGS:
            counted, mistakes = score(one, facts)
            totals += counted + Counter(wrong=len(mistakes))
            print(one.number, dict(counted), *mistakes, sep="\n    " if mistakes else " ")
        print(words, dict(totals), f"unknown {totals['unknown'] / totals.total():.2%}")
