"""What the engine does on this machine, in figures. Ratios are taken within one run; nothing here is a test."""
