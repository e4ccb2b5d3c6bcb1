"""What a change of the schema means to the clients that there are."""
