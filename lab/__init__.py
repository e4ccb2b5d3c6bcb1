"""Tools that measure and test the program now and then, rather than on every push."""
