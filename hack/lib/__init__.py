"""What the commands in hack/ share. Python's standard library only."""
