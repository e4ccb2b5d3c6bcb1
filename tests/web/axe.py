"""axe-core: what of a page keeps people out.

Its script goes in by the DevTools protocol: the pages' policy lets no other one run.
"""

import json
from typing import Any

from playwright.sync_api import Page

from tests.server import BASE_DIR

SCRIPT = BASE_DIR / "client" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """
axe.run(document, {runOnly: %s, resultTypes: ["violations"]}).then((found) =>
  JSON.stringify(found.violations.map((each) => [each.id, each.nodes.map((node) => node.html)])))
"""


def violations(page: Page, rules: list[str] = RULES) -> Any:
    """Returns each broken rule with the elements that break it."""
    session = page.context.new_cdp_session(page)
    try:
        session.send("Runtime.evaluate", {"expression": SCRIPT.read_text()})
        wanted = {
            "expression": RUN % json.dumps(rules),
            "awaitPromise": True,
            "returnByValue": True,
        }
        answer = session.send("Runtime.evaluate", wanted)
        return json.loads(answer["result"]["value"])
    finally:
        session.detach()
