"""What all faces share: reading queries and bodies, pages, who may do what, the admin that only shows."""
