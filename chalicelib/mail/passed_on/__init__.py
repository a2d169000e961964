"""Mail that somebody hands on to us: forwards in every language, notes of telephone calls, and whose they are."""
