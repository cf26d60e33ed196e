"""The commands: a folder each, and beside them what they share (CONTRIBUTING, "Add a command")."""
