"""Kubeflow's registry: one transaction a change, each workspace its own, over the rows of MLflow's."""

from dataclasses import replace

import pytest

from tests.registry.kubeflow.conftest import MINE, THEIRS, World
from tidemill.kit.errors import AlreadyExistsError, ConflictError, InvalidError, NotFoundError
from tidemill.registry import (
    KubeflowHold,
    KubeflowListing,
    KubeflowResourceKind,
    KubeflowSaid,
    NewKubeflowResource,
    NewRegisteredModel,
    NewVersion,
    RegistryTag,
    WantedKubeflowResources,
)

pytestmark = pytest.mark.anyio
ARTIFACT = KubeflowResourceKind.ARTIFACT
ALL = KubeflowListing()


def artifact(version_id: int, uri: str = "s3://b/m") -> NewKubeflowResource:
    hold = KubeflowHold(version_id=version_id)
    return NewKubeflowResource(ARTIFACT, "files", KubeflowSaid(uri=uri), hold, "model-artifact")


async def test_every_change_is_announced_as_mlflows_are(world: World) -> None:
    tags = [RegistryTag("n", "7", "int")]
    model = (await world.kubeflow.models.create(MINE, "m", KubeflowSaid(properties=tags))).model
    version = (await world.kubeflow.versions.create(MINE, model.id, "v", KubeflowSaid())).version
    await world.kubeflow.resources.create(MINE, artifact(version.id))
    new = [RegistryTag("a", "b")]
    await world.kubeflow.models.update(MINE, model.id, KubeflowSaid(description="d", properties=new))
    await world.kubeflow.versions.update(MINE, version.id, KubeflowSaid(properties=new))
    assert world.said == [
        "registered_model.created",
        "model_version.created",
        "model_version.updated",
        "registered_model.updated",
        "registered_model_tag.deleted",
        "registered_model_tag.set",
        "model_version.updated",
        "model_version_tag.set",
    ]


async def test_what_an_announcer_refuses_leaves_nothing_behind(world: World) -> None:
    world.refuses = "registered_model.created"
    with pytest.raises(ConflictError, match="may not be"):
        await world.kubeflow.models.create(MINE, "m", KubeflowSaid(external_id="e"))
    world.refuses = "model_version.updated"
    model = (await world.kubeflow.models.create(MINE, "m", KubeflowSaid(external_id="e"))).model
    version = (await world.kubeflow.versions.create(MINE, model.id, "v", KubeflowSaid())).version
    with pytest.raises(ConflictError, match="may not be"):
        await world.kubeflow.resources.create(MINE, artifact(version.id))
    found = await world.kubeflow.resources.list_all(MINE, WantedKubeflowResources(ARTIFACT), ALL)
    assert found.items == []
    assert (await world.catalog.versions.get(MINE, "m", 1)).source == ""


async def test_the_same_request_once_more_makes_no_second(world: World) -> None:
    scope = replace(MINE, idempotency_key="model")
    first = await world.kubeflow.models.create(scope, "m", KubeflowSaid())
    assert await world.kubeflow.models.create(scope, "m", KubeflowSaid()) == first
    scope = replace(MINE, idempotency_key="version")
    made = [await world.kubeflow.versions.create(scope, first.model.id, "v", KubeflowSaid()) for _ in range(2)]
    assert made[0] == made[1]
    with pytest.raises(AlreadyExistsError):
        await world.kubeflow.versions.create(MINE, first.model.id, "v", KubeflowSaid())


async def test_another_workspace_neither_sees_nor_touches_anything(world: World) -> None:
    kubeflow = world.kubeflow
    model = (await kubeflow.models.create(MINE, "m", KubeflowSaid(external_id="e"))).model
    version = (await kubeflow.versions.create(MINE, model.id, "v", KubeflowSaid(external_id="e"))).version
    files = await kubeflow.resources.create(MINE, artifact(version.id))
    environment = await kubeflow.resources.create(
        MINE, NewKubeflowResource(KubeflowResourceKind.ENVIRONMENT, "here", KubeflowSaid())
    )
    theirs = (await kubeflow.models.create(THEIRS, "m", KubeflowSaid())).model
    service = NewKubeflowResource(
        KubeflowResourceKind.SERVICE, "s", KubeflowSaid(), KubeflowHold(environment.id, theirs.id)
    )
    for attempt in (
        kubeflow.models.get(THEIRS, model.id),
        kubeflow.models.find(THEIRS, name="", external_id="e"),
        kubeflow.models.update(THEIRS, model.id, KubeflowSaid(description="x")),
        kubeflow.versions.get(THEIRS, version.id),
        kubeflow.versions.find(THEIRS, model_id=None, name="", external_id="e"),
        kubeflow.versions.find(THEIRS, model_id=model.id, name="v", external_id=""),
        kubeflow.versions.list_all(THEIRS, ALL, model.id),
        kubeflow.versions.create(THEIRS, model.id, "w", KubeflowSaid()),
        kubeflow.versions.update(THEIRS, version.id, KubeflowSaid(description="x")),
        kubeflow.resources.get(THEIRS, ARTIFACT, files.id),
        kubeflow.resources.update(THEIRS, ARTIFACT, files.id, KubeflowSaid(uri="s3://x")),
        kubeflow.resources.create(THEIRS, artifact(version.id)),
        kubeflow.resources.create(THEIRS, service),
        kubeflow.resources.list_all(THEIRS, WantedKubeflowResources(ARTIFACT, version_id=version.id), ALL),
    ):
        with pytest.raises(NotFoundError):
            await attempt
    assert [each.model.id for each in (await kubeflow.models.list_all(THEIRS, ALL)).items] == [theirs.id]
    assert (await kubeflow.versions.list_all(THEIRS, ALL)).items == []
    assert (await kubeflow.resources.list_all(THEIRS, WantedKubeflowResources(ARTIFACT), ALL)).items == []
    mine = (await kubeflow.models.list_all(MINE, ALL)).items[0]
    token = (await kubeflow.models.list_all(MINE, KubeflowListing(size=1))).next_token
    assert (mine.model.description, token) == ("", "")


async def test_a_version_made_by_number_has_a_name_and_an_artifact(world: World) -> None:
    await world.catalog.models.create(MINE, NewRegisteredModel(name="m"))
    made = await world.catalog.versions.create(MINE, NewVersion(name="m", source="s3://b/x"))
    model_id = made.model_id
    found = await world.kubeflow.versions.find(MINE, model_id=model_id, name="1", external_id="")
    assert (found.version.id, found.name) == (made.id, "1")
    (files,) = (
        await world.kubeflow.resources.list_all(MINE, WantedKubeflowResources(ARTIFACT, version_id=made.id), ALL)
    ).items
    assert (files.uri, files.subkind, files.state) == ("s3://b/x", "model-artifact", "LIVE")
    with pytest.raises(AlreadyExistsError):
        await world.kubeflow.versions.create(MINE, model_id, "1", KubeflowSaid())
    other = await world.kubeflow.versions.create(MINE, model_id, "7", KubeflowSaid())
    assert (other.version.version, other.name) == (2, "7")
    with pytest.raises(NotFoundError):
        await world.kubeflow.versions.find(MINE, model_id=model_id, name="2", external_id="")
    await world.catalog.models.delete(MINE, "m")
    left = await world.kubeflow.resources.list_all(MINE, WantedKubeflowResources(ARTIFACT), ALL)
    assert left.items == []


async def test_a_service_has_a_version_of_its_own_model(world: World) -> None:
    kubeflow, kind = world.kubeflow, KubeflowResourceKind
    models = [(await kubeflow.models.create(MINE, name, KubeflowSaid())).model for name in ("a", "b")]
    version = (await kubeflow.versions.create(MINE, models[0].id, "v", KubeflowSaid())).version
    environment = await kubeflow.resources.create(MINE, NewKubeflowResource(kind.ENVIRONMENT, "e", KubeflowSaid()))
    hold = KubeflowHold(environment.id, models[1].id)
    service = await kubeflow.resources.create(MINE, NewKubeflowResource(kind.SERVICE, "s", KubeflowSaid(), hold))
    with pytest.raises(InvalidError, match="is one of the model"):
        await kubeflow.resources.update(MINE, kind.SERVICE, service.id, KubeflowSaid(), version_id=version.id)
    wrong = NewKubeflowResource(kind.SERVICE, "t", KubeflowSaid(), replace(hold, version_id=version.id))
    with pytest.raises(InvalidError, match="is one of the model"):
        await kubeflow.resources.create(MINE, wrong)
