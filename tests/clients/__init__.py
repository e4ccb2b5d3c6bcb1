"""Clients that generators make of docs/openapi.yaml; `make clients` runs them all."""
