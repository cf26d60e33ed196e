"""The commands: a folder each, and beside them what they share (docs/commands.md)."""
