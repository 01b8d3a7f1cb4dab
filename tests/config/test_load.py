"""`lptrack.toml`: what it means, what it refuses, and that the template says nothing that is not true."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lptrack.config.duration import parse_duration
from lptrack.config.load import load_config, parse_config
from lptrack.config.model import COLUMNS, SECTIONS, Config
from lptrack.config.settings import build_settings, find_setting
from lptrack.config.template import build_template
from lptrack.errors import ConfigError, UsageError
from lptrack.model import BugKey, Meeting
from lptrack.report.model import Column, SectionKey


def _meeting(name: str | None, channel: str = "ubuntu-meeting", chair: str | None = None) -> Meeting:
    start = datetime(2013, 9, 11, 15, 4, tzinfo=UTC)
    return Meeting(f"{channel}/2013-09-11T15:04Z", channel, start, "minute", None, name, chair)


def test_the_template_is_the_defaults() -> None:
    assert parse_config(tomllib.loads(build_template())) == Config(
        origins=parse_config(tomllib.loads(build_template())).origins
    )


def test_every_line_of_the_template_can_be_switched_on(tmp_path: Path) -> None:
    switched = "\n".join(
        re.sub(r"^# (?=(\[\[?[a-z.]+\]|\"?[a-z_-]+\"? = ))", "", line) for line in build_template().splitlines()
    )
    config = parse_config(tomllib.loads(switched), tmp_path / "lptrack.toml")
    assert config.teams[0].name == "foundations"
    assert [source.kind for source in config.teams[0].sources] == ["irclogs"]
    assert [delivery.values["url-env"] for delivery in config.teams[0].deliveries] == ["FOUNDATIONS_HOOK"]
    assert config.track[0].bug == BugKey("launchpad", 1)
    assert config.ignore[0].reason == "an example that people type"
    assert config.trackers == {"mediawiki": "wikimedia"}
    assert config.out == tmp_path / "reports"
    assert config.jobs == 4


def test_a_configured_team_gathers_meetings_by_channel_name_and_chair() -> None:
    config = parse_config(
        {
            "team": [
                {"name": "kernel", "channels": ["#Ubuntu-Meeting"], "meetings": ["*kernel*"], "series": ["saucy"]},
                {"name": "server", "channels": ["ubuntu-meeting"], "chairs": ["robbiew"]},
            ]
        }
    )
    assert config.team_of(_meeting("Ubuntu Kernel Team")) == ("", "kernel")
    assert config.team_of(_meeting(None, chair="RobbieW")) == ("", "server")
    assert config.team_of(_meeting("desktop")) == ("ubuntu-meeting", "desktop")
    assert config.team_of(_meeting("Ubuntu Kernel Team", channel="elsewhere")) == ("elsewhere", "Ubuntu Kernel Team")
    assert config.series_of(("", "kernel")) == ("saucy",)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"taem": []}, "unknown key taem"),
        ({"report": {"colums": []}}, "unknown key report.colums"),
        ({"team": [{"channels": []}]}, "has no name"),
        ({"team": {"name": "x"}}, "not a list of tables"),
        ({"bugs": {"track": [{"bug": "1"}]}}, "bugs.track holds"),
        ({"bugs": {"track": 1}}, "bugs.track is not a list"),
        ({"logs": {"timezone": "Europe/Nowhere"}}, "not a time zone"),
        ({"logs": {"timezone": "../../etc/passwd"}}, "not a time zone"),
        ({"resolve": {"jobs": 99}}, "from 1 to 16"),
        ({"report": {"fold": "yes"}}, "neither true nor false"),
        ({"nicks": {"a": 1}}, "not a string"),
        ({"report": {"sections": ["stuk"]}}, "lptrack.toml: report.sections holds 'stuk'"),
        ({"report": {"columns": ["nwo"]}}, "lptrack.toml: report.columns holds 'nwo'"),
        ({"resolve": {"max-age": "1 hour ago"}}, "lptrack.toml: resolve.max-age is '1 hour ago'"),
        ({"resolve": {"deadline": "soon"}}, "lptrack.toml: resolve.deadline is 'soon'"),
        ({"resolve": {"service-root": "lala"}}, "lptrack.toml: resolve.service-root lala"),
        ({"resolve": {"debian-root": "lala"}}, "lptrack.toml: resolve.debian-root lala"),
    ],
)
def test_what_cannot_be_meant_is_one_line_that_says_what(data: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(says)):
        parse_config(data)


@pytest.mark.parametrize(
    ("data", "meant"),
    [
        ({"report": {"sections": ["stuk"]}}, "did you mean 'stuck'?"),
        ({"report": {"columns": ["nwo"]}}, "did you mean 'now'?"),
        ({"resolve": {"service-root": "stagin"}}, "did you mean staging?"),
    ],
)
def test_a_misspelled_value_is_told_the_right_one(data: dict[str, object], meant: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(data)
    assert meant in (caught.value.hint or "")


def test_the_names_of_sections_and_columns_are_the_report_s() -> None:
    assert set(SECTIONS) == {str(each) for each in SectionKey}
    assert set(COLUMNS) == {str(each) for each in Column}


def test_a_named_configuration_that_is_missing_or_no_toml_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"lptrack\.toml"):
        load_config(tmp_path / "lptrack.toml")
    (tmp_path / "lptrack.toml").write_bytes(b"\xff = [")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_config(tmp_path / "lptrack.toml")
    (tmp_path / "lptrack.toml").unlink()
    assert load_config(None, start=tmp_path) == Config()


def test_an_option_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    config = parse_config({"resolve": {"max-age": "2h"}}, tmp_path / "lptrack.toml")
    assert find_setting("max-age", "30m", config).origin == "--max-age"
    assert find_setting("max-age", None, config).value == "2h"
    assert find_setting("max-age", None, Config()).origin == "the default"
    variable = find_setting("service-root", "staging", config, {"LPTRACK_SERVICE_ROOT": "staging"})
    assert variable.origin == "the environment's LPTRACK_SERVICE_ROOT"


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("30m", 1800), ("14d", 1209600), ("1.5h", 5400)])
def test_lengths_of_time(text: str, seconds: int) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1h", "1y", "1h30m", "999999999w", "١h"])
def test_lengths_of_time_that_are_none(text: str) -> None:
    with pytest.raises(UsageError):
        build_settings(Config(), max_age=text)
