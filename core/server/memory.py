"""What the C library does with memory that is freed."""

import ctypes

M_MMAP_THRESHOLD = -3
LARGE = 1024 * 1024


def return_large_blocks() -> None:
    """Give blocks of a megabyte and more back to the system when they are freed.

    glibc does so only until the first such block is freed; after that it keeps them, so that each
    process would keep the 19 MB in which a password was hashed (mallopt(3), M_MMAP_THRESHOLD).
    Other C libraries have no such function, and no such habit.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
