"""An adapter to copy: every method of the port, with what it has to do. The parts marked optional work as they are."""
