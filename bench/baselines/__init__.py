"""What others do on the same machine with the same tokens, each in a process of its own."""
