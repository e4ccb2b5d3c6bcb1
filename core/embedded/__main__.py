"""`python -m core.embedded url|stop`: the development database's URL, or its end."""

import sys

from core.embedded.cluster import DEVELOPMENT_CLUSTER, TEST_CLUSTER, embedded_url, stop
from core.embedded.lock import DatabaseUnavailable


def main(words: list[str]) -> int:
    """Print the development database's URL, or stop the embedded servers of this checkout."""
    match words:
        case ["url"]:
            print(embedded_url(DEVELOPMENT_CLUSTER))
        case ["stop"]:
            for cluster in (DEVELOPMENT_CLUSTER, TEST_CLUSTER):
                if stop(cluster):
                    print(f"Stopped the database in {cluster}.")
        case _:
            print("usage: python -m core.embedded url|stop", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except DatabaseUnavailable as error:
        sys.exit(str(error))
