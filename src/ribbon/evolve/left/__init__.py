"""The left end: what the deliveries of the sources show."""
