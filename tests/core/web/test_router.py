"""Finding a route by method and path."""

import pytest

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route, Router


async def handler(scope: Scope, message: Nothing) -> Nothing:
    return message


def route(path: str, method: str = "GET") -> Route:
    return Route(method=method, path=path, permission=Permission.VIEW, message=Nothing, handler=handler)


def test_a_fixed_path_wins_over_a_pattern_wherever_it_stands() -> None:
    router = Router([route("/runs/{run_id}"), route("/runs/search")])
    found = router.match("GET", "/runs/search").route
    assert found is not None
    assert found.path == "/runs/search"
    assert dict(router.match("GET", "/runs/abc").parameters) == {"run_id": "abc"}


def test_a_parameter_is_one_part_of_the_path_unless_it_says_otherwise() -> None:
    router = Router([route("/a/{x}"), route("/b/{rest:path}"), route("/c/{number:int}")])
    assert router.match("GET", "/a/x/y").route is None
    assert router.match("GET", "/b/x/y/").parameters["rest"] == "x/y/"
    assert router.match("GET", "/b/two\nlines").parameters["rest"] == "two\nlines"
    assert router.match("GET", "/c/12").parameters["number"] == "12"
    assert router.match("GET", "/c/x").route is None


@pytest.mark.parametrize("text", ["9" * 19, "9" * 5000, "-1", "\xb2", "\u0663", "1e5", ""])
def test_what_int_would_not_read_or_no_database_holds_is_no_number_of_a_path(text: str) -> None:
    router = Router([route("/c/{number:int}")])
    assert router.match("GET", f"/c/{text}").route is None
    assert int(router.match("GET", "/c/" + "9" * 18).parameters["number"]) == 10**18 - 1


def test_head_is_answered_as_get() -> None:
    router = Router([route("/a"), route("/b/{x}"), route("/c", "POST")])
    assert router.match("HEAD", "/a").route is not None
    assert router.match("HEAD", "/b/1").route is not None
    assert router.match("HEAD", "/c").route is None


def test_another_method_is_told_which_ones_there_are() -> None:
    router = Router([route("/a"), route("/a", "POST"), route("/b/{x}", "PUT"), route("/b/{y:path}", "DELETE")])
    assert router.match("PATCH", "/a").allowed == {"GET", "POST"}
    assert router.match("GET", "/b/1").allowed == {"PUT", "DELETE"}
    assert router.match("GET", "/nothing").allowed == frozenset()


@pytest.mark.parametrize("path", ["/a", "/a/{x}"])
def test_the_same_method_and_path_cannot_be_declared_twice(path: str) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Router([route(path), route(path)])


def test_a_route_has_either_a_handler_or_a_stream() -> None:
    with pytest.raises(ValueError, match="either a handler or a stream"):
        Route(method="GET", path="/a", permission=Permission.VIEW)
    with pytest.raises(ValueError, match="no message type"):
        Route(method="GET", path="/a", permission=Permission.VIEW, handler=handler)
