from collections.abc import Mapping
from pathlib import Path


def embedded_url(
    cluster: Path,
    *,
    max_connections: int = 100,
    settings: Mapping[str, str] | None = None,
) -> str:
    return "postgresql://postgres@127.0.0.1:5999/moviebooking"
