"""Nothing comes in, the version of the tool goes out; a test keeps it equal to that of pyproject.toml."""

__version__ = "0.1.0"
