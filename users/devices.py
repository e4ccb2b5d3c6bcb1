"""What a session calls the device it is on, so that its user knows it again in a list."""

PROGRAMS = {  # the first that is named counts: most browsers name others, too
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
    """`Firefox on Windows`, as far as a User-Agent header tells; empty where it tells nothing."""
    text = user_agent[:LONGEST]
    program = next((name for sign, name in PROGRAMS.items() if sign in text), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in text), "")
    return " on ".join(filter(None, (program, system)))
