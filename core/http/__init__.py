"""What every call shares: problems, strict JSON, fields, pages, filters, size limits, proxies."""
