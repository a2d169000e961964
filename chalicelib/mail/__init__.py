"""Mail formats, pure: bytes in, values out. What comes in is read tolerantly; nothing here raises because of a mail."""
