"""What is sent of a user's function, however many threads send at once."""

import threading

from tidemill.sdk.pickling import pickle_function


def double(value: int) -> int:
    return 2 * value


def test_functions_of_own_modules_travel_by_value_from_every_thread() -> None:
    """Those that run them do not have the module: a reference to it is short, and useless there."""
    alone = pickle_function(double)
    together: list[bytes] = []

    def pickle_many() -> None:
        together.extend(pickle_function(double) for _ in range(200))

    threads = [threading.Thread(target=pickle_many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(together) == 1600
    assert {len(pickled) for pickled in together} == {len(alone)}
