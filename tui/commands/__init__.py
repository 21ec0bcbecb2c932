"""Everything that can be typed at a shell: one file for a command or a close family, loaded when it is called."""
