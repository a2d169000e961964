"""What runs in Lambda. `flows.py` tells the whole story; `desk/` decides; the other rooms are edges."""
