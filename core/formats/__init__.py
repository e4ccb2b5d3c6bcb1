"""How moments are written on pages, whatever the language of Django's own formats."""
