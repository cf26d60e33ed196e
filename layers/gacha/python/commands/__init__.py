"""The commands: a folder each, and beside them what they share (README, "Add a command")."""
