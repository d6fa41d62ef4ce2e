"""What runs beside a user's own process: supervisors, fork servers, logs, limits, and what a task may say of itself.

It runs inside users' environments, which need not have Tidemill installed: it needs the standard library only, and
little of it.
"""

from tidemill.runtime.channel import progress

__all__ = ["progress"]
