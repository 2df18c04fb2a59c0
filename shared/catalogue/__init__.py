"""Master data: what the chain sells, where, from whom and at what price. Kept by the cloud, read by every store."""
