"""Names the device of a session, so that its user recognizes it in a list."""

PROGRAMS = {  # the first match counts: most browsers name others, too
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
    "okhttp": "an Android app",
    "CFNetwork": "an iOS app",
}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
LONGEST = 400


def describe(user_agent: str) -> str:
    """Returns `Firefox on Windows`, or what of it a User-Agent header tells; empty if nothing."""
    text = user_agent[:LONGEST]
    program = next((name for sign, name in PROGRAMS.items() if sign in text), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in text), "")
    return " on ".join(filter(None, (program, system)))
