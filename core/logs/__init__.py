"""What is logged, and what no line holds."""
