"""The platform's edge: the only room that knows boto3. It turns the desk's words into AWS calls and back."""
