"""Experiments: tracking's own, as kfp's client makes and finds them."""

import json
from collections.abc import Callable
from typing import Any

import kfp_server_api as api
import pytest


def test_an_experiment_is_made_once_and_found_again(client: Any, unique: Callable[[str], str]) -> None:
    name = unique("experiment")
    made = client.create_experiment(name, description="for that")
    assert (made.display_name, made.description, made.namespace) == (name, "for that", "default")
    assert (made.storage_state, made.experiment_id.isdecimal()) == ("AVAILABLE", True)
    assert client.create_experiment(name) == made
    assert client.get_experiment(experiment_id=made.experiment_id) == made
    assert client.get_experiment(experiment_name=name) == made


def test_an_existing_name_is_a_conflict_on_the_wire(
    client: Any, unique: Callable[[str], str], refused: Callable[..., Any]
) -> None:
    name = client.create_experiment(unique("taken")).display_name
    wanted = api.V2beta1Experiment(display_name=name)
    error = refused(client.experiments.experiment_service_create_experiment, wanted)
    assert (error.status, error.answer["code"]) == (409, 6)


def test_the_default_experiment_is_there(client: Any) -> None:
    assert client.get_experiment(experiment_name="Default").experiment_id == "0"


def test_no_experiment_of_a_name_is_the_clients_own_error(client: Any, unique: Callable[[str], str]) -> None:
    with pytest.raises(ValueError, match="No experiment is found with name"):
        client.get_experiment(experiment_name=unique("nobody"))


@pytest.mark.parametrize("key", ["987654321", "x", "-1", "9" * 30])
def test_what_is_no_experiment_is_not_found(client: Any, refused: Callable[..., Any], key: str) -> None:
    assert refused(client.get_experiment, experiment_id=key).status == 404


def test_an_archived_experiment_says_so_until_it_is_not(client: Any, unique: Callable[[str], str]) -> None:
    made = client.create_experiment(unique("archived"))
    assert client.archive_experiment(made.experiment_id) == {}
    assert client.get_experiment(made.experiment_id).storage_state == "ARCHIVED"
    for operation, wanted in (("EQUALS", 1), ("NOT_EQUALS", 0)):
        predicates = [
            {"operation": "EQUALS", "key": "name", "string_value": made.display_name},
            {"operation": operation, "key": "storage_state", "string_value": "ARCHIVED"},
        ]
        found = client.list_experiments(filter=json.dumps({"predicates": predicates}))
        assert len(found.experiments or []) == wanted
    assert client.unarchive_experiment(made.experiment_id) == {}
    assert client.unarchive_experiment(made.experiment_id) == {}
    assert client.get_experiment(made.experiment_id).storage_state == "AVAILABLE"


def test_a_deleted_experiment_is_gone(client: Any, unique: Callable[[str], str], refused: Callable[..., Any]) -> None:
    made = client.create_experiment(unique("deleted"))
    assert client.delete_experiment(made.experiment_id) == {}
    assert refused(client.get_experiment, experiment_id=made.experiment_id).status == 404
    assert refused(client.delete_experiment, made.experiment_id).status == 404
    with pytest.raises(ValueError, match="No experiment is found"):
        client.get_experiment(experiment_name=made.display_name)


def test_experiments_are_walked_in_the_order_asked_for(client: Any, unique: Callable[[str], str]) -> None:
    stem = unique("walked")
    names = [client.create_experiment(f"{stem}-{letter}").display_name for letter in "abcde"]
    predicates = [{"operation": "IS_SUBSTRING", "key": "display_name", "string_value": stem.upper()}]
    text = json.dumps({"predicates": predicates})
    for order, wanted in (("", names), ("display_name desc", names[::-1]), ("created_at asc", names)):
        seen, token = [], ""
        while True:
            page = client.list_experiments(page_token=token, page_size=2, sort_by=order, filter=text)
            seen += [each.display_name for each in page.experiments]
            assert page.total_size == 5
            if not (token := page.next_page_token):
                break
        assert seen == wanted
