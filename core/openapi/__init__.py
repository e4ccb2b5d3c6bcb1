"""The OpenAPI schema, and the page that shows it."""
