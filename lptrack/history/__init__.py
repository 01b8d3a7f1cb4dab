"""A bug's past, whatever its tracker: spans, and the state at an instant. Pure."""

from lptrack.history.states import duplicate_at, span_at, sru_state, state_at, tags_at, title_at

__all__ = ["duplicate_at", "span_at", "sru_state", "state_at", "tags_at", "title_at"]
