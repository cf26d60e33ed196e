"""Analytics on one machine: exports in, one page and CSV out (docs/analytics.md)."""
