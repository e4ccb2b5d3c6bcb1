#!/usr/bin/env python
"""Django's command line for MovieBooking."""

from core.command_line import main

if __name__ == "__main__":
    main()
