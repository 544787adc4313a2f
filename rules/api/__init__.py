"""What is known of TensorFlow, as data: tables in TOML are written by hand, tables in JSON are generated."""
