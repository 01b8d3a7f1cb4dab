"""What a Matrix message holds; `tests/matrix/` sends it to a real homeserver."""

from __future__ import annotations

import json

from lptrack.deliver.interface import Post
from lptrack.deliver.matrix import build_content


def test_a_long_report_fits_into_an_event_with_its_edit() -> None:
    rows = "\n".join(f"bug #{number} <b>ünïcode & more</b>" for number in range(2000))
    post = Post("k", "K", "report", None, "3 <fixed>", rows, rows, f"<pre>{rows}</pre>")
    content = build_content(post)
    edit = content | {"m.new_content": content, "body": f"* {content['body']}"}
    assert len(json.dumps(edit, ensure_ascii=False).encode()) < 60_000
    assert content["body"].endswith("\n[…]\n")
    assert content["body"].splitlines()[-2].endswith("</b>")  # cut between lines
    assert "<b>" not in content["formatted_body"]
    assert "3 &lt;fixed&gt;" in content["formatted_body"]
