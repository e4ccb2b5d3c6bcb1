"""The languages in which customers are written to: a file for each, named by its code (ISO 639-1).

`words` finds them. A new language is a new file with a NAME and the WORDS that `en` has.
"""
