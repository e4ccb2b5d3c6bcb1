"""The web client in Chromium, on the whole program: web server, worker, live map and database.

Pictures of all screens are written to var/screens/ for people to look at.
"""
