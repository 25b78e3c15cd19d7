"""An adapter to copy: every method of the port, with what it has to do; the optional parts work as they are."""
