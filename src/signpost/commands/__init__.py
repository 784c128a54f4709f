"""Groups of commands, one module a room; what they need is imported when they run."""
