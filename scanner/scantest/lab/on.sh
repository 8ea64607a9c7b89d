#!/bin/bash
# Runs a command as one of the lab's devices: on.sh NAME command ...
. "$(dirname "$0")/common.sh"
name=$1
shift
starter=$(awk -v name="$name" '$2 == name { print $1 }' "$RUN/pids")
[ -n "$starter" ] || { echo "there is no $name in the lab" >&2; exit 1; }
# ip and unshare come first; the first process of the device's own PID namespace is the shell below.
inner=$starter
while child=$(pgrep -P "$inner" | head -n 1) && [ -n "$child" ]; do
  inner=$child
  grep -qa boot.sh "/proc/$inner/cmdline" && [ "$(readlink "/proc/$inner/ns/pid")" != "$(readlink /proc/self/ns/pid)" ] && break
done
exec nsenter -t "$inner" -m -n -u -p -- "$@"
