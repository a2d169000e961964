"""Which files can do harm when they are opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.desk.model import AttachmentRef

PROGRAM = "This can be a program. Open it only if you expected it from them."
WEB_PAGE = "This can be a web page in disguise. Open it only if you expected it from them."
MACROS = "This can carry macros. Leave them switched off."
PACKED = "We can’t see what is packed inside. Open it only if you expected it from them."


def _all(risk: str, endings: str) -> dict[str, str]:
    return dict.fromkeys(endings.split(), risk)


_BY_ENDING = {
    **_all(PROGRAM, "apk app appx bat chm cmd com cpl dll dmg exe gadget hta inf jar js jse lnk mjs msc msi msix mst"),
    **_all(PROGRAM, "pif pkg ps1 psm1 py reg scf scr sh sys url vb vbe vbs wsf wsh xll"),
    **_all(WEB_PAGE, "htm html mht mhtml shtml svg svgz xht xhtml"),
    **_all(MACROS, "doc docm dot dotm one potm ppam pptm slk xlam xls xlsb xlsm xltm"),
    **_all(PACKED, "7z ace arj cab gz img iso rar tar tgz vhd vhdx xz zip"),
}
_BY_TYPE = {
    "application/x-msdownload": PROGRAM,
    "application/javascript": PROGRAM,
    "text/javascript": PROGRAM,
    "text/html": WEB_PAGE,
    "application/xhtml+xml": WEB_PAGE,
    "image/svg+xml": WEB_PAGE,
}


def risk_of(file: AttachmentRef) -> str:
    """What to know before opening this file; empty when nothing speaks against it. Judged by name and type alone."""
    ending = file.name.rpartition(".")[2].strip().lower()
    media_type = file.content_type.partition(";")[0].strip().lower()
    return _BY_ENDING.get(ending) or _BY_TYPE.get(media_type, "")
