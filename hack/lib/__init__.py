"""The library of the commands in hack/. It uses Python's standard library only."""
