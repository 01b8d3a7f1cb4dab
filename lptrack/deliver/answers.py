"""What kinds have in common: the token that they need, and what an answer has to be."""

from __future__ import annotations

from typing import Any, Final

from lptrack.deliver.interface import DeliveryError, DeliverySpec, Wire

LONGEST: Final = 200
"""Characters of a reason that a destination gives."""


def need_secret(spec: DeliverySpec, wire: Wire) -> str:
    """The destination's token. Raises `DeliveryError` where none is configured."""
    if not wire.secret:
        raise DeliveryError(
            f"{spec.kind} of {spec.team}: no token", hint='name the variable that holds it: secret-env = "NAME"'
        )
    return wire.secret


def check_answer(spec: DeliverySpec, status: int, answer: Any) -> dict[str, Any]:
    """The answer, a JSON object of a request that was granted. Raises `DeliveryError`."""
    if not 200 <= status < 300 or not isinstance(answer, dict):
        why = _find_reason(answer)
        raise DeliveryError(f"{spec.kind} of {spec.team}: HTTP {status}{f', {why}' if why else ''}")
    return answer


def _find_reason(answer: Any) -> str:
    """The destination's own words where it has any: Discourse's `errors`, GitHub's `message`, Matrix' `error`."""
    if not isinstance(answer, dict):
        return ""
    errors = answer.get("errors")
    words = [answer.get("message"), answer.get("error"), *(errors if isinstance(errors, list) else ())]
    reason = " ".join(" ".join(word.split()) for word in words if isinstance(word, str))
    return reason if len(reason) <= LONGEST else f"{reason[:LONGEST]}…"


def read_number(spec: DeliverySpec, answer: dict[str, Any]) -> str:
    """The number by which the destination knows the post. Raises `DeliveryError`."""
    if not isinstance(answer.get("id"), int):
        raise DeliveryError(f"{spec.kind} of {spec.team}: the answer names no post")
    return str(answer["id"])
