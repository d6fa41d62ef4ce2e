"""Identifiers: random hexadecimal ones for machines, friendly ones for people."""

import secrets
import uuid

_ADJECTIVES = (
    "able amber ample azure bold brave breezy bright brisk calm candid careful charming chilly clear clever cosmic "
    "crisp curious daring dapper deft eager early earnest easy elegant fair fearless fine fleet fond frank fresh "
    "gentle gifted glad golden graceful grand happy hardy hearty honest humble jolly keen kind lively loyal lucid "
    "lucky mellow merry mighty modest neat nimble noble orderly patient placid polite proud quick quiet rapid ready "
    "robust rosy serene sharp shiny silent silver smart smooth snappy solid spry stately steady subtle sunny swift "
    "tidy tranquil trusty upbeat valiant vivid warm wise witty zesty"
).split()
_NOUNS = (
    "anchor auk barnacle bay beacon bittern breaker breeze buoy cape channel clam cliff coral cove crab crane current "
    "curlew delta dolphin dory dune eddy eel egret estuary ferry fjord gannet grebe gull gust harbor heron inlet "
    "island jetty kelp kestrel ketch lagoon lark limpet lobster mackerel mallard manatee marlin marsh mill mussel "
    "narwhal oar ocean osprey otter oyster pearl pelican petrel pier plover porpoise prawn puffin quay raft reef "
    "ripple river rudder sail salmon sandbar seal shore skiff skua sloop sluice spray starfish strait surf swan swell "
    "tern tide trawler trout turtle urchin walrus wave weir whale wharf whelk wherry wigeon zephyr"
).split()


def random_hex() -> str:
    """32 lower-case hexadecimal digits."""
    return uuid.uuid4().hex


def new_uuid() -> str:
    """A random UUID as text, with hyphens: as Kubeflow's ids are written."""
    return str(uuid.uuid4())


def friendly_name() -> str:
    """Something like `brisk-heron-417`: easy to say and to find again, not necessarily unique."""
    return f"{secrets.choice(_ADJECTIVES)}-{secrets.choice(_NOUNS)}-{secrets.randbelow(1000)}"
