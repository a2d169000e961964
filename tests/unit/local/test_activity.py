import threading
from collections.abc import Callable

import pytest

from byname.local.activity import Activity


def nothing_waits() -> bool:
    return True


def test_nothing_under_way_is_quiet_at_once() -> None:
    assert Activity().wait_until_quiet(nothing_waits, timeout=0)


def test_work_under_way_is_not_quiet() -> None:
    activity = Activity()
    with activity.doing():
        assert not activity.wait_until_quiet(nothing_waits, timeout=0)


def test_a_failing_piece_of_work_ends_too() -> None:
    activity = Activity()
    with pytest.raises(RuntimeError), activity.doing():
        raise RuntimeError
    assert activity.wait_until_quiet(nothing_waits, timeout=0)


def test_the_end_of_the_last_work_is_heard() -> None:
    activity, answers = Activity(), []
    activity.begin()
    waiting = threading.Thread(target=lambda: answers.append(activity.wait_until_quiet(nothing_waits, timeout=10)))
    waiting.start()
    activity.end()
    waiting.join(10)
    assert answers == [True]


def test_a_full_queue_is_not_quiet_until_a_run_has_emptied_it() -> None:
    activity, queue, asked, answers = Activity(), ["message"], threading.Event(), []

    def queue_is_empty() -> bool:
        asked.set()
        return not queue

    def wait() -> None:
        answers.append(activity.wait_until_quiet(queue_is_empty, timeout=10))

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert asked.wait(10)
    with activity.doing():
        queue.clear()
    waiting.join(10)
    assert answers == [True]


def test_a_queue_nobody_empties_runs_out_of_time() -> None:
    asked: list[Callable[[], bool]] = []
    assert not Activity().wait_until_quiet(lambda: bool(asked), timeout=0.01)
