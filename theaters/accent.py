"""A theater's accent color, on which white text can be read."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

ACCENT = "#[0-9a-fA-F]{6}"
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, of text of any size
is_color = RegexValidator(rf"^{ACCENT}\Z", "Write # and six hexadecimal digits, as in #8a1538.")


def luminance(color: str) -> float:
    """Returns the relative luminance of `#rrggbb`, 0 to 1, as WCAG 2.2 defines it."""
    red, green, blue = (_linear(part / 255) for part in bytes.fromhex(color[1:]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def contrast_with_white(color: str) -> float:
    """Returns the contrast of white text on the color, 1 to 21, as WCAG 2.2 defines it."""
    return 1.05 / (luminance(color) + 0.05)


def nearest_readable(color: str) -> str:
    """Returns the color, darkened as little as makes white text on it readable."""
    parts = bytes.fromhex(color[1:])
    darker = (bytes(round(part * share / 255) for part in parts) for share in range(255, -1, -1))
    return next(
        shade
        for shade in (f"#{parts.hex()}" for parts in darker)
        if contrast_with_white(shade) >= LEAST_CONTRAST
    )


def is_accent(color: str) -> None:
    """Raises ValidationError, which names a color that would do, unless white can be read on it."""
    is_color(color)
    if contrast_with_white(color) < LEAST_CONTRAST:
        raise ValidationError(
            f"White text cannot be read on it; {nearest_readable(color)} is the nearest that does."
        )
