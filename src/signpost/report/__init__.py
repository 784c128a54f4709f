"""Reports: counts of people read from the database, small numbers hidden once, drawn and written in many forms."""
