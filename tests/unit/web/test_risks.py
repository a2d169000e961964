"""Files that can do harm are told apart by name and type."""

from __future__ import annotations

import pytest

from chalicelib.desk.model import AttachmentRef
from chalicelib.web.risks import MACROS, PACKED, PROGRAM, WEB_PAGE, risk_of


@pytest.mark.parametrize(
    ("name", "content_type", "risk"),
    [
        ("leak.jpg", "image/jpeg", ""),
        ("invoice.pdf", "application/pdf", ""),
        ("letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""),
        ("invoice.pdf.EXE", "application/pdf", PROGRAM),
        ("exe", "application/octet-stream", PROGRAM),
        ("setup", "application/x-msdownload", PROGRAM),
        ("login.html", "text/plain", WEB_PAGE),
        ("login", "Text/HTML; charset=utf-8", WEB_PAGE),
        ("drawing.svg", "image/svg+xml", WEB_PAGE),
        ("offer.xlsm", "application/octet-stream", MACROS),
        ("photos.zip", "application/zip", PACKED),
        ("", "", ""),
    ],
)
def test_a_risky_file_is_marked(name: str, content_type: str, risk: str) -> None:
    assert risk_of(AttachmentRef(name, content_type, 1, "k")) == risk
