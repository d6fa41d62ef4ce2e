#!/usr/bin/env python3
"""Load on a registry that speaks MLflow's REST API: registering, loading by alias, searching. Only the wire is used.

    python registry_load.py --uri http://127.0.0.1:5000 --models 10000 --versions 10 --server-pid 123

Prints one JSON document: per call or query the rate, p50, p99 and the server's CPU. The registry holds what
registry_data.py says.
"""
import argparse
import asyncio
import json
import random

import aiohttp
import tracking_load
from registry_data import model_name, run_id
from tracking_load import API, Api, fan, log, summary


def queries(models):
    """name -> (path, parameters of the i-th call): each asks for something else, so that no cache answers."""
    rng = random.Random(7)
    pick = lambda: rng.randrange(models)
    by = lambda path, **more: lambda make: (path, lambda: {"filter": make(), **more})
    model, version = "registered-models/search", "model-versions/search"
    return {
        "models_default_100": (model, lambda: {}),
        "models_name_like_area": by(model)(lambda: f"name LIKE 'area{pick() % 100:02}-%'"),
        "models_name_ilike_anywhere": by(model)(lambda: f"name ILIKE '%MODEL-00{pick() % 100:02}%'"),
        "models_by_tag": by(model)(lambda: f"tags.team = 'team{pick() % 100}'"),
        "models_by_two_tags": by(model)(lambda: f"tags.team = 'team{pick() % 100}' AND tags.tier = '1'"),
        "models_newest_100": (model, lambda: {"order_by": "last_updated_timestamp DESC"}),
        "versions_by_name": by(version)(lambda: f"name = '{model_name(pick())}'"),
        "versions_by_run": by(version)(lambda: f"run_id = '{run_id(pick(), 1 + rng.randrange(10))}'"),
        "versions_by_name_like": by(version, max_results=100)(lambda: f"name LIKE 'area{pick() % 100:02}-%'"),
        "versions_default_100": (version, lambda: {"max_results": 100}),
        "versions_by_rare_tag": by(version, max_results=100)(lambda: f"tags.rare = 'r{20 * (pick() % 50)}'"),
        "versions_by_common_tag": by(version, max_results=100)(lambda: "tags.validation = 'passed'"),
    }


async def main(o):
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=600)) as session:
        api, out = Api(o.uri, session), {}
        if "search" in o.phases:
            out["search"] = await search(api, o)
        if "register" in o.phases:
            out["register"] = await register(api, o)
        if "load" in o.phases:
            out["load"] = await load(api, o)
        if api.errors:
            out["errors"] = api.errors
        print(json.dumps(out, indent=1))


async def search(api, o):
    out = {}
    for name, (path, make) in queries(o.models).items():
        found = []

        async def ask(_client, _job):
            body = json.loads(await api.get(API + path, make()))
            found.append(len(next(iter(body.values()), [])) if body else 0)

        await ask(0, 0)
        latencies, wall, failed = await fan(1, range(o.reps), ask)
        out[name] = {**summary(latencies, wall, o.reps), "failed": failed, "found": round(sum(found) / len(found), 1)}
        log(name, out[name]["p50_ms"], "ms", out[name]["found"])
    return out


async def register(api, o):
    """`create version`: what registering a logged model costs the server."""
    name = "bench-register"
    await api.post(API + "registered-models/create", {"name": name})
    experiment = await api.experiment("bench-register")
    run = await api.run(experiment)
    body = json.loads(await api.get(API + "runs/get", {"run_id": run}))
    source = body["run"]["info"]["artifact_uri"] + "/model"

    async def one(_client, _job):
        await api.post(API + "model-versions/create", {"name": name, "source": source, "run_id": run})

    return await both(o, one)


async def load(api, o):
    """What `models:/name@champion` asks before it downloads: the version by its alias, and where its files are."""
    rng = random.Random(8)

    async def one(_client, _job):
        name = model_name(rng.randrange(o.models))
        found = json.loads(await api.get(API + "registered-models/alias", {"name": name, "alias": "champion"}))
        version = found["model_version"]["version"]
        await api.get(API + "model-versions/get-download-uri", {"name": name, "version": version})

    return await both(o, one)


async def both(o, one):
    out = {}
    for clients in (1, 8):
        for _ in range(3):
            await one(0, 0)
        latencies, wall, failed = await fan(clients, range(o.calls), one)
        out[f"{clients}_clients"] = {**summary(latencies, wall, o.calls), "failed": failed}
        log(clients, "clients", out[f"{clients}_clients"])
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--uri", required=True)
    parser.add_argument("--phases", default="search,register,load")
    parser.add_argument("--models", type=int, default=10_000)
    parser.add_argument("--versions", type=int, default=10)
    parser.add_argument("--reps", type=int, default=20)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--server-pid", type=int)
    options = parser.parse_args()
    tracking_load.SERVER_PID = options.server_pid
    asyncio.run(main(options))
