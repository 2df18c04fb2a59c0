"""One module an area, each with both languages."""
