"""How a stranger's file is offered for download."""

from __future__ import annotations

import pytest

from chalicelib.aws.files import disposition


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("photo.jpg", "attachment; filename=\"photo.jpg\"; filename*=UTF-8''photo.jpg"),
        ("Küche 1.jpg", "attachment; filename=\"K_che 1.jpg\"; filename*=UTF-8''K%C3%BCche%201.jpg"),
        ('a"; x="b.html', "attachment; filename=\"a_; x=_b.html\"; filename*=UTF-8''a%22%3B%20x%3D%22b.html"),
        ("a\r\nSet-Cookie: b", "attachment; filename=\"a__Set-Cookie: b\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b"),
        ("half \ud83d", "attachment; filename=\"half _\"; filename*=UTF-8''half%20%3F"),
    ],
)
def test_a_file_is_always_saved_under_its_name_and_never_shown(name: str, expected: str) -> None:
    assert disposition(name) == expected
