"""What `lptrack init` writes is TOML that the program reads back as it was meant, whatever strangers are called."""

from __future__ import annotations

import tomllib

from hypothesis import example, given
from hypothesis import strategies as st

from lptrack.config.load import parse_config
from lptrack.config.proposal import TeamProposal
from lptrack.config.template import build_template

NAMES = st.text(max_size=12)
TEAM = TeamProposal(
    "Kestrel",
    "3 meetings read.",
    ("kestrel",),
    ("kestrel*",),
    ("noble",),
    sources=(("index", {"url": "https://x.example/"}),),
)


@example("{deliveries}", "{sources}", "{roots}", "{teams}")
@given(NAMES, NAMES, NAMES, NAMES)
def test_a_strangers_words_are_values_and_nothing_else(name: str, found: str, channel: str, pattern: str) -> None:
    team = TeamProposal(name, found, (channel,), (pattern,), (pattern,), sources=(("git", {"url": channel}),))
    text = build_template([team, TEAM])
    data = tomllib.loads(text)
    whole = [each.encode("utf-8", "replace").decode() for each in (name, channel, pattern)]
    assert [each["name"] for each in data["team"]] == [whole[0], "Kestrel"]
    assert data["team"][0]["channels"] == [f"#{whole[1]}"]
    assert data["team"][0]["names"] == [whole[2]]
    assert data["team"][0]["source"] == [{"kind": "git", "url": whole[1]}]
    assert "deliver" not in data["team"][0]


def test_a_proposal_is_read_back_with_its_sources_and_no_delivery_until_somebody_says_so() -> None:
    config = parse_config(tomllib.loads(build_template([TEAM])))
    [team] = config.teams
    assert (team.name, team.channels, team.meetings, team.series) == ("Kestrel", ("kestrel",), ("kestrel*",), ())
    assert [(each.kind, dict(each.values)) for each in team.sources] == [("index", {"url": "https://x.example/"})]
    assert team.deliveries == ()


def test_what_is_commented_out_can_be_switched_on() -> None:
    lines = build_template([TEAM, TeamProposal("Egret")]).splitlines()
    commented = [
        line.removeprefix("# ")
        for line in lines
        if line.startswith(("# [[team", "# kind =", "# what =", "# url-env"))
    ]
    rest = [line for line in lines if not line.startswith("#")]
    last = max(number for number, line in enumerate(rest) if line == "[[team]]") + 2
    begin = next(number for number, line in enumerate(commented) if line == "[[team.deliver]]")
    switched = [*rest[:last], *commented[begin : begin + 4], *rest[last:]]
    config = parse_config(tomllib.loads("\n".join(switched)))
    [delivery] = config.teams[1].deliveries
    assert (delivery.kind, delivery.what, dict(delivery.values)) == ("webhook", "report", {"url-env": "KESTREL_HOOK"})
