"""Amounts as people write them: cpu in cores or thousandths ("0.5", "500m"), bytes with a unit ("4Gi", "512M").

The forms are those of Kubernetes' resource quantities, so that a manifest's values can be used as they are.
"""

import re

from tidemill.kit.errors import InvalidError

_UNITS = {
    "": 1,
    "k": 10**3,
    "K": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "P": 10**15,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
    "Pi": 2**50,
}
_BYTES = re.compile(r"(\d{1,18}(?:\.\d{1,9})?)\s*([kKMGTP]i?|)B?")
_CPU = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(m?)")
_MOST_BYTES = 2**62


def parse_cpu(text: str | float) -> int:
    """Thousandths of a core. Raises InvalidError for what is no amount of cpu."""
    found = _CPU.fullmatch(str(text).strip())
    if found is None:
        raise InvalidError(f"{text!r} is not an amount of cpu", hint='write cores or thousandths: 2, "0.5" or "500m"')
    number, milli = found.groups()
    return round(float(number) * (1 if milli else 1000))


def parse_bytes(text: str | int) -> int:
    """Bytes. Raises InvalidError for what is no amount of bytes, or more than 4 EiB."""
    found = _BYTES.fullmatch(str(text).strip())
    if found is None:
        raise InvalidError(
            f"{text!r} is not an amount of bytes", hint='write a number and a unit: "4Gi", "512Mi" or "2G"'
        )
    number, unit = found.groups()
    size = round(float(number) * _UNITS[unit]) if "." in number else int(number) * _UNITS[unit]
    if size > _MOST_BYTES:
        raise InvalidError(f"{text!r} is more than any machine has", hint='write a number and a unit: "4Gi"')
    return size


def show_cpu(milli: int) -> str:
    """Cores, in the shortest form that `parse_cpu` reads back: "2", "0.5"."""
    return f"{milli / 1000:.3f}".rstrip("0").rstrip(".")


def show_bytes(size: int) -> str:
    """The largest binary unit that makes it 1 or more, with one decimal where needed: "512Mi", "1.5Gi", "100"."""
    for unit in ("Pi", "Ti", "Gi", "Mi", "Ki"):
        if size >= _UNITS[unit]:
            return f"{size / _UNITS[unit]:.1f}".removesuffix(".0") + unit
    return str(size)
