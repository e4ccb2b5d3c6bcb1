"""The twin: the same API, written as in a tutorial of Django REST framework.

The program is compared with it, so it is not optimized. The program never imports it.
"""
