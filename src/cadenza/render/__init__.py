"""How results look: one file an output format, named after what it shows (`findings_terminal`, `machine_summary`). Nothing is decided here."""
