"""Mutation tests: plants one small fault at a time, and checks that the tests notice it."""
