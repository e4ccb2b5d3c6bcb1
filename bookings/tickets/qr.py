"""QR codes of tokens: 49 × 49 modules, a quarter of which may be lost (error correction Q)."""

import io

import segno

QUIET = 4  # modules around it, as ISO/IEC 18004 demands


def _code(token: str) -> segno.QRCode:
    return segno.make_qr(token, error="q", boost_error=False)


def svg(token: str) -> bytes:
    """Returns the QR code as SVG, black on white, of the size that its place gives it."""
    file = io.BytesIO()
    _code(token).save(
        file, kind="svg", border=QUIET, dark="#000", light="#fff", omitsize=True, svgclass=None
    )
    return file.getvalue()


def png(token: str, *, scale: int = 6) -> bytes:
    """Returns the QR code as PNG, `scale` pixels a module, for mail programs, which draw no SVG."""
    file = io.BytesIO()
    _code(token).save(file, kind="png", border=QUIET, scale=scale)
    return file.getvalue()
