"""A signature that looks like one, for development: it proves nothing to anybody."""

from hashlib import sha256
from typing import ClassVar

import orjson

from payments.fiscal.base import Entry, Fiscal, Signed


class Fake(Fiscal):
    """Chains hashes of the receipts, as a device chains its signatures."""

    name: ClassVar[str] = "fake"

    def sign(self, entry: Entry) -> Signed:
        digest = sha256(orjson.dumps(entry)).hexdigest()
        lines = ["NOT CERTIFIED: for tests only", f"Signature {digest[:16]}"]
        return Signed(lines, f"FAKE;{entry.number};{entry.amount};{digest}", digest)
