"""The laboratory: what is asked of the program and of its tests now and then, not on every push."""
