"""What people ask to be computed: in a process of its own, and so much a minute for each (docs/adr)."""
