"""Backups: one file with the database, what made it, and in simulation the exchange's journal. No keys are in it."""
