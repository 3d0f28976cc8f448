"""The text language of symgrad, as data."""
