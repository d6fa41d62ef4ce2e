"""Resolves the newest versions that fit, into requirements/*.txt: `make lock`.

The files hold names and versions only. They bind this project's own environments, never its users'.
"""

import sys

from scripts import environments, terminal


def main() -> int:
    """Write every environment's file anew."""
    for environment in environments.ENVIRONMENTS.values():
        uv = environments.find_uv(environments.ENVIRONMENTS["main"])
        if uv is None:
            print("error: `make lock` needs uv\nhint: pip install uv", file=sys.stderr)
            return 1
        terminal.step(f"Resolving {environment.lock.relative_to(terminal.ROOT)}")
        environment.lock.parent.mkdir(exist_ok=True)
        terminal.run([uv, *environments.lock_command(environment)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
