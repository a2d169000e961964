"""Mail that machines wrote: what kind it is, which letter of ours it is about, and what it says of it."""
