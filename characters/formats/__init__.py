"""The formats that a card is read from, one file each. They know no file system."""
