"""DigitalOcean as Python objects."""
