"""A version whose files cannot be read is shown all the same, and judged by what is known."""

from contextlib import closing
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException

from tests.plugins.server import TidemillProcess
from tests.registry.world import World


def test_a_damaged_model_file_is_told_and_read_again_once_it_is_mended(tmp_path: Path) -> None:
    with TidemillProcess(tmp_path / "data") as server, closing(World(server.uri)) as world:
        name = world.name("damaged")
        detail = world.registered(name, world.logged_model(world.run()))
        digest = next(file["digest"] for file in detail["facts"]["files"] if file["path"] == "MLmodel")
        (blob,) = [each for each in server.data_dir.rglob(f"*{digest[4:]}*") if each.is_file()]
        world.ask("PUT", f"/models/{name}/rule", {"aliases": ["champion"], "required": ["signature"]})

        server.restart()  # what was read is forgotten
        with closing(World(server.uri)) as moved:
            whole = blob.read_bytes()
            blob.chmod(0o600)
            blob.write_bytes(whole[:-1])
            try:
                damaged = moved.ask("GET", f"/models/{name}/versions/1")
                assert "damaged" in damaged["facts"]["problem"]
                assert damaged["facts"]["file_count"] == 4
                assert [check["is_green"] for check in damaged["checks"]] == [False]
                with pytest.raises(MlflowException, match="damaged"):
                    moved.client.set_registered_model_alias(name, "champion", "1")
            finally:
                blob.write_bytes(whole)
            assert moved.ask("GET", f"/models/{name}/versions/1")["facts"]["problem"] == ""
            moved.client.set_registered_model_alias(name, "champion", "1")
