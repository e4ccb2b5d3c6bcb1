"""The web client's budgets: what counts, and what is said of what is too large."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from lab import sizes

MANIFEST: dict[str, Any] = {
    "index.html": {
        "file": "entry.js",
        "imports": ["_react.js", "_words.js"],
        "css": ["all.css"],
        "isEntry": True,
    },
    "_react.js": {"file": "react.js"},
    "_words.js": {"file": "words.js", "imports": ["_react.js"]},
    "src/words/de.ts": {"file": "de.js", "isDynamicEntry": True},
    "src/pages/ProgrammePage.tsx": {
        "file": "programme.js",
        "imports": ["_react.js", "_poster.js"],
        "isDynamicEntry": True,
    },
    "_poster.js": {"file": "poster.js"},
    "_hold.js": {"file": "hold.js", "imports": ["_react.js"]},
    "_model.js": {"file": "model.js"},
    "src/pages/SeatsPage.tsx": {
        "file": "seats.js",
        "imports": ["_react.js", "_words.js", "_hold.js", "_model.js"],
        "css": ["seats.css"],
        "isDynamicEntry": True,
    },
    "src/pages/CheckoutPage.tsx": {
        "file": "checkout.js",
        "imports": ["_react.js", "_words.js", "_hold.js"],
        "isDynamicEntry": True,
    },
}


def test_a_budget_has_all_that_is_loaded_at_once_and_nothing_twice() -> None:
    entry, seats, styles, first = (sorted(each.files) for each in sizes.budgets(MANIFEST))
    assert entry == ["de.js", "entry.js", "react.js", "words.js"]
    assert seats == ["model.js", "seats.js"]
    assert styles == ["all.css", "seats.css"]
    scripts = ["de.js", "entry.js", "poster.js", "programme.js", "react.js", "words.js"]
    assert first == sorted([*scripts, "all.css", "index.html"])


def written(folder: Path, **large: int) -> Path:
    """Writes files of 10 bytes, some larger, that cannot be compressed."""
    (folder / ".vite").mkdir()
    (folder / ".vite" / "manifest.json").write_text(json.dumps(MANIFEST))
    for budget in sizes.budgets(MANIFEST):
        for name in budget.files:
            bytes_ = large.get(name.replace(".", "_"), 10)
            (folder / name).write_bytes(random.Random(1).randbytes(bytes_))
    return folder


def test_what_fits_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sizes.main(written(tmp_path)) == 0
    assert "of   8 KB  the scripts of the seat map alone" in capsys.readouterr().out


def test_what_is_too_large_is_named_with_how_much(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sizes.main(written(tmp_path, model_js=9_000)) == 1
    said = capsys.readouterr().err
    assert said.startswith("The web client is too large: the scripts of the seat map alone: 1.1 KB")
    assert "over 8. The largest: model.js 9.0, seats.js 0.0." in said
