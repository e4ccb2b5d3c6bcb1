"""The same duties, written as a Django REST framework tutorial would: the typical twin.

It is what the program is compared with, and is not improved. The program never imports it.
"""
