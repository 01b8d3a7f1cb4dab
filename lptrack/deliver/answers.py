"""What kinds have in common: the token that they need, and what an answer has to be."""

from __future__ import annotations

from typing import Any

from lptrack.deliver.interface import DeliveryError, DeliverySpec, Wire


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
        raise DeliveryError(f"{spec.kind} of {spec.team}: HTTP {status}")
    return answer


def read_number(spec: DeliverySpec, answer: dict[str, Any]) -> str:
    """The number by which the destination knows the post. Raises `DeliveryError`."""
    if not isinstance(answer.get("id"), int):
        raise DeliveryError(f"{spec.kind} of {spec.team}: the answer names no post")
    return str(answer["id"])
