"""The API for prices: quotes, ticket types and vouchers."""
