"""Which team is in force: the one that came with the code, or a newer one that `byname team push` put in the bucket.

A new colleague, a changed number or a holiday needs no deployment. What cannot be read never replaces what can: then
the team we know stays in force, and the log says so.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from chalicelib.desk.team import Team
from chalicelib.errors import Misconfigured, Unavailable
from chalicelib.setup import telemetry
from chalicelib.setup.team_file import read_team

ROOT = Path(__file__).resolve().parents[2]
LOOK_AGAIN_SECONDS = 60.0


class NewestTeam:
    """Looks into the bucket at the first use and at most once a minute; without a bucket, the file is the team."""

    def __init__(
        self, environment: Mapping[str, str] = os.environ, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        """`seconds`: a clock that only goes forward."""
        self._environment, self._seconds = environment, seconds
        self._known: Team | None = None
        self._etag = ""
        self._look_at = 0.0

    def __call__(self) -> Team:
        """The team in force. Raises Misconfigured when there is none, Unavailable when we cannot know which it is.

        A delivery comes again; forwarded by a team of last month, it would lie with somebody who left.
        """
        return self._newest()

    def or_shipped(self) -> Team:
        """The same for a page, which must stay up: when the bucket is silent, the team that came along will do."""
        try:
            return self._newest()
        except Unavailable:
            return self._shipped()

    def _newest(self) -> Team:
        now, known = self._seconds(), self._known
        if known is not None and now < self._look_at:
            return known
        try:
            self._known = self._pushed() or known or self._shipped()
        except Unavailable as error:
            telemetry.team_not_read(error)
            if known is None:
                raise  # and look again at the next use
            self._known = known
        self._look_at = now + LOOK_AGAIN_SECONDS
        return self._known

    def _pushed(self) -> Team | None:
        """The one in the bucket, when it is there, newer than what we have, and whole. Raises Unavailable."""
        bucket = self._environment.get("MAIL_BUCKET", "")
        if not bucket:
            return None
        from chalicelib.aws import team_object

        found = team_object.fetch(bucket, self._environment, self._etag)
        if found is None:
            return None
        self._etag = found.etag
        try:
            return read_team(found.text)
        except Misconfigured as error:
            telemetry.team_not_read(error)
            return None

    def _shipped(self) -> Team:
        path = ROOT / self._environment.get("TEAM_FILE", "team.json")
        try:
            text = path.read_text("utf-8")
        except FileNotFoundError:
            mend = "compile it with `byname check team.toml -o team.json`"
            raise Misconfigured(f"there is no {path.name}: {mend}") from None
        return read_team(text)
