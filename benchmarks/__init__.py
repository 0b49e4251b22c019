"""What the core costs. ``python -m benchmarks`` prints it; each file measures one thing."""
