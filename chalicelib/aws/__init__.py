"""The platform's edge: the only room that speaks to it. It turns the desk's words into AWS calls and back."""
