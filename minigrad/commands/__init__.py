"""What ``python -m minigrad`` can do: a file a command."""
