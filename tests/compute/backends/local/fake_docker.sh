#!/bin/sh
# Stands for docker's program: writes down how it was called, and runs the command without a container.
echo "$0 $*" | sed "s|^[^ ]*/||" >> "$FAKE_CALLS"
case "$1" in
version) exit "${FAKE_VERSION_CODE:-0}" ;;
inspect) echo "${FAKE_OOM:-false}"; exit 0 ;;
rm) exit 0 ;;
esac
while [ "$1" != "--entrypoint" ]; do
    if [ "$1" = "--volume" ]; then work="${2%%:*}"; fi
    shift
done
program="$2"
image="$3"
shift 3
if [ "$image" = "missing" ]; then echo "no such image" >&2; exit 125; fi
cd "$work" || exit 125
exec "$program" "$@"
