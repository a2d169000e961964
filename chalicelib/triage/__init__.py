"""Text in, facts out: what it is about, how urgent, unhappy, which language; with the words that gave it away."""
