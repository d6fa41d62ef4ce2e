"""Events reach every listener, and a listener that fails is its own trouble."""

from tidemill.core.events import Event, EventBus

EVENT = Event("run", 1, 2, "abc")


def test_every_listener_hears_every_event_until_it_stops() -> None:
    bus, heard, also_heard = EventBus(), list[Event](), list[Event]()
    stop = bus.listen(heard.append)
    bus.listen(also_heard.append)
    bus.publish(EVENT)
    stop()
    stop()
    bus.publish(Event("metrics", 1))
    assert heard == [EVENT]
    assert also_heard == [EVENT, Event("metrics", 1)]


def test_a_listener_that_fails_spoils_nothing_for_the_others() -> None:
    def fail(event: Event) -> None:
        raise LookupError("its own fault")

    bus, heard = EventBus(), list[Event]()
    bus.listen(fail)
    bus.listen(heard.append)
    bus.publish(EVENT)
    assert heard == [EVENT]


def test_a_listener_may_stop_while_it_is_told() -> None:
    bus, heard = EventBus(), list[Event]()

    def once(event: Event) -> None:
        heard.append(event)
        stop()

    stop = bus.listen(once)
    bus.listen(heard.append)
    bus.publish(EVENT)
    bus.publish(EVENT)
    assert len(heard) == 3


def test_nobody_needs_to_listen() -> None:
    EventBus().publish(EVENT)
