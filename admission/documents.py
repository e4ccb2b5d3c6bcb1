"""What scanners and office are told of scans."""

from core.postgres.documents import Document, Field, Many, moment, one_of, text

REASONS = {
    "already_used": "somebody has come in with it",
    "wrong_show": "for another show",
    "too_early": "before the doors open",
    "ended": "the show is over",
    "cancelled": "the ticket or its show is cancelled",
    "unpaid": "not paid yet",
    "reissued": "a newer one was issued in its place",
}
ADMITTED, REFUSED = RESULTS = ("admitted", "refused")
TICKET = Document(
    "ScannedTicket",
    {
        "seat": text(example="A1"),
        "type": text(example="Student", description="Empty where the theater has no types."),
        "film": text(example="Metropolis"),
    },
)
SCAN = Document(
    "Scan",
    {
        "status": one_of(RESULTS, "", example=ADMITTED),
        "reason": text(
            example="",
            description=f"Why it was refused: {', '.join(f'`{name}`' for name in REASONS)}. "
            "Empty if it was not.",
        ),
        "at": moment(
            example="2026-12-31T19:58:03+01:00",
            description="When it was admitted, if it is `already_used` earlier than now; "
            "else when it was refused.",
        ),
        "ticket": TICKET,
    },
)
RECORDED = Document(
    "RecordedScan",
    {
        "nonce": text(example="7c1f0a52"),
        "recorded": Field({"type": "boolean"}, True),
        "conflict": text(
            example="",
            description="A reason of a scan, or `unknown_ticket`; where nothing is recorded, "
            "`unknown_show` or `nonce_reused`. Empty if there is none.",
        ),
    },
)
BATCH = Document("RecordedScans", {"scans": Many(RECORDED, [RECORDED.example])})
