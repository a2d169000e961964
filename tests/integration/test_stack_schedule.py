"""The schedule of the stack. A file of its own, and the last: by then most of the minute has passed."""

from __future__ import annotations

import pytest

from tests.integration.stack_harness import LabStack, wait_until

pytestmark = pytest.mark.integration


def test_the_sweep_comes_by_itself_every_minute(stack: LabStack) -> None:
    def sweeps() -> int:
        return sum('"swept"' in line for line in stack.log_lines("KeepPromisesFunction"))

    so_far = sweeps()  # other tests may have asked for some
    wait_until(lambda: sweeps() > so_far, timeout=90)
