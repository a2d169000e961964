"""The contact form and our pages: form fields → values, values → HTML or JSON. Pure: no clock, no I/O but templates."""
