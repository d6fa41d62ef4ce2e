"""The headers of a delivery: MLflow's, with a signature where the webhook has a secret.

The signature is `v1,` and the Base64 of HMAC-SHA256, under the secret, over `<delivery id>.<timestamp>.<body>`; the
timestamp is that of the attempt, in seconds since 1970.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def headers_of(delivery_id: str, timestamp_s: int, body: str, secret: str) -> Mapping[str, str]:
    """The headers of an attempt; without a signature where the secret is empty."""
    headers = {
        "Content-Type": "application/json",
        "X-MLflow-Delivery-Id": delivery_id,
        "X-MLflow-Timestamp": str(timestamp_s),
    }
    if secret:
        headers["X-MLflow-Signature"] = signature_of(delivery_id, timestamp_s, body, secret)
    return headers


def signature_of(delivery_id: str, timestamp_s: int, body: str, secret: str) -> str:
    """The value of X-MLflow-Signature."""
    signed = f"{delivery_id}.{timestamp_s}.{body}".encode()
    return f"v1,{base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()}"
