"""What the kfp-kubernetes package says: secrets, config maps, volumes and timeouts hold here, the rest is named."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from kfp import dsl, kubernetes

from tests.conformance.kfp.running import WITHIN_S, Runs, say


@dsl.component
def variable(name: str) -> str:
    import os

    return os.environ.get(name, "absent")


@dsl.component
def listed(folder: str) -> dict:
    import os

    return {name: open(os.path.join(folder, name)).read() for name in sorted(os.listdir(folder))}


@dsl.component
def put(folder: str, text: str) -> str:
    import os

    with open(os.path.join(folder, "file"), "w") as file:
        file.write(text)
    return text


@pytest.fixture
def secret(uri: str, unique: Callable[[str], str]) -> str:
    """The name of what Kubernetes calls a secret, with the keys `user` and `password`."""
    name = unique("db")
    for key, value in (("user", "ada"), ("password", "pw-4711")):
        requests.put(f"{uri}/api/v1/secrets/{name}.{key}", json={"value": value}, timeout=WITHIN_S).raise_for_status()
    return name


class TestSecrets:
    def test_as_variables(self, runs: Runs, secret: str) -> None:
        @dsl.pipeline
        def using(name: str):
            by_name = variable(name="PASSWORD")
            kubernetes.use_secret_as_env(by_name, secret_name=secret, secret_key_to_env={"password": "PASSWORD"})
            by_parameter = variable(name="USER_NAME")
            kubernetes.use_secret_as_env(by_parameter, secret_name=name, secret_key_to_env={"user": "USER_NAME"})
            optional = variable(name="NOTHING")
            kubernetes.use_secret_as_env(optional, "no-such", {"x": "NOTHING"}, optional=True)

        ended = runs.succeed(using, name=secret)
        assert [ended.output(f"variable{each}") for each in ("", "-2", "-3")] == ["pw-4711", "ada", "absent"]

    def test_one_that_is_not_there_fails_its_task(self, runs: Runs) -> None:
        @dsl.pipeline
        def missing():
            kubernetes.use_secret_as_env(variable(name="X"), "no-such", {"key": "X"})

        ended = runs.run(missing)
        assert ended.state == "FAILED"
        assert "no-such.key" in ended.error

    def test_config_maps_are_kept_in_the_same_place(self, runs: Runs, secret: str) -> None:
        @dsl.pipeline
        def using():
            kubernetes.use_config_map_as_env(variable(name="USER_NAME"), secret, {"user": "USER_NAME"})

        assert runs.succeed(using).output("variable") == "ada"


@pytest.mark.usefixtures("mounts")
class TestVolumes:
    def test_secrets_and_config_maps_as_files(self, runs: Runs, secret: str) -> None:
        @dsl.pipeline
        def using():
            kubernetes.use_secret_as_volume(
                listed(folder="/tmp/tidemill-test/secret"), secret, "/tmp/tidemill-test/secret"
            )
            task = listed(folder="/tmp/tidemill-test/map")
            kubernetes.use_config_map_as_volume(task, secret, "/tmp/tidemill-test/map")

        ended = runs.succeed(using)
        assert ended.output("listed") == ended.output("listed-2") == {"user": "ada", "password": "pw-4711"}

    def test_a_volume_is_made_shared_and_removed(self, runs: Runs) -> None:
        path = "/tmp/tidemill-test/data"

        @dsl.pipeline
        def sharing(text: str = "content"):
            volume = kubernetes.CreatePVC(
                pvc_name_suffix="-shared", access_modes=["ReadWriteMany"], size="1Gi", storage_class_name="standard"
            )
            written = put(folder=path, text=text)
            kubernetes.mount_pvc(written, volume.outputs["name"], path)
            found = listed(folder=path).after(written)
            kubernetes.mount_pvc(found, volume.outputs["name"], path)
            part = put(folder=path, text="in a part").after(found)
            kubernetes.mount_pvc(part, volume.outputs["name"], path, sub_path="part")
            kubernetes.DeletePVC(pvc_name=volume.outputs["name"]).after(part)

        ended = runs.succeed(sharing)
        assert ended.output("createpvc", "name") == f"{ended.id}-shared"
        assert ended.output("listed") == {"file": "content"}

        @dsl.pipeline
        def after():
            kubernetes.mount_pvc(listed(folder=path), f"{ended.id}-shared", path)

        gone = runs.run(after)
        assert gone.state == "FAILED"
        assert "no volume" in gone.error

    def test_it_is_found_from_conditions_and_loops(self, runs: Runs, unique: Callable[[str], str]) -> None:
        path = "/tmp/tidemill-test/loop"

        @dsl.pipeline
        def inside(name: str):
            volume = kubernetes.CreatePVC(pvc_name=name, access_modes=["ReadWriteOnce"], size="1Gi")
            with dsl.If(name != ""):
                with dsl.ParallelFor(["a"]) as item:
                    kubernetes.mount_pvc(put(folder=path, text=item).after(volume), name, path)

        ended = runs.succeed(inside, name=unique("volume"))
        assert "succeeded" in {state for task, state in ended.states().items() if task.endswith("put")}

    def test_scratch_is_a_tasks_own(self, runs: Runs) -> None:
        path = "/tmp/tidemill-test/scratch"

        @dsl.pipeline
        def scratch():
            first = put(folder=path, text="x").set_caching_options(False)
            kubernetes.empty_dir_mount(first, "cache", path, size_limit="1Gi")
            second = listed(folder=path).set_caching_options(False).after(first)
            kubernetes.add_ephemeral_volume(second, "cache", path, ["ReadWriteOnce"], "1Gi")

        assert runs.succeed(scratch).output("listed") == {}

    def test_a_path_that_cannot_be_made_is_said(self, runs: Runs) -> None:
        @dsl.pipeline
        def nowhere():
            kubernetes.empty_dir_mount(say(text="x"), "cache", "/proc/1/nowhere")

        ended = runs.run(nowhere)
        assert ended.state == "FAILED"
        assert "/proc/1/nowhere" in ended.error


class TestTimeout:
    def test_a_task_that_takes_longer_fails(self, runs: Runs) -> None:
        @dsl.component
        def sleep():
            import time

            time.sleep(60)

        @dsl.pipeline
        def late():
            kubernetes.set_timeout(sleep(), seconds=1)

        ended = runs.run(late)
        assert ended.states() == {"sleep": "failed"}


class TestTheRest:
    def test_it_is_named_and_not_applied(self, runs: Runs) -> None:
        @dsl.pipeline
        def placed(tolerations: list = []):
            task = say(text="x")
            kubernetes.set_image_pull_policy(task, "Always")
            kubernetes.set_image_pull_secrets(task, ["registry"])
            kubernetes.add_node_selector(task, "disk", "ssd")
            kubernetes.add_node_affinity(task, match_expressions=[{"key": "a", "operator": "In", "values": ["b"]}])
            kubernetes.add_toleration(task, key="gpu", operator="Exists")
            kubernetes.add_toleration_json(task, tolerations)
            kubernetes.add_pod_label(task, "team", "a")
            kubernetes.add_pod_annotation(task, "why", "b")
            kubernetes.set_security_context(task, run_as_user=1000)

        ended = runs.succeed(placed)
        assert sorted(ended.answer["not_applied"]) == [
            f"exec-say: {name}"
            for name in (
                "imagePullPolicy",
                "imagePullSecret",
                "nodeAffinity",
                "nodeSelector",
                "podMetadata",
                "securityContext",
                "tolerations",
            )
        ]

    def test_fields_of_the_pod_are_those_of_the_task(self, runs: Runs) -> None:
        @dsl.pipeline
        def fields():
            task = variable(name="NAMESPACE")
            kubernetes.use_field_path_as_env(task, "NAMESPACE", "metadata.namespace")
            other = variable(name="NODE")
            kubernetes.use_field_path_as_env(other, "NODE", "spec.nodeName")

        ended = runs.succeed(fields)
        assert ended.output("variable") == "default"
        assert ended.output("variable-2") == "absent"
        assert "spec.nodeName" in ended.tasks["variable-2"]["notes"][0]

    def test_a_platform_that_makes_no_sense_is_refused(self, runs: Runs, refused: Callable[..., Any]) -> None:
        @dsl.pipeline
        def broken():
            kubernetes.set_timeout(say(text="x"), seconds=1)

        package = runs.compiled(broken)
        with open(package) as file:
            text = file.read().replace("activeDeadlineSeconds: '1'", "activeDeadlineSeconds: soon")
        with open(package, "w") as file:
            file.write(text)
        error = refused(runs.start, package)
        assert (error.status, "exec-say.activeDeadlineSeconds" in error.answer["message"]) == (400, True)
