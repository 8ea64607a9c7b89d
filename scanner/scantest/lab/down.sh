#!/bin/bash
# Stops what up.sh started, by the recorded process numbers, and removes only the lab's namespaces.
. "$(dirname "$0")/common.sh"
signal() { # sends $1 to the recorded starters that are still the lab's own
  [ -e "$RUN/pids" ] || return 0
  while read -r pid _; do
    grep -qa dev/boot.sh "/proc/$pid/cmdline" 2>/dev/null && kill "-$1" "$pid" 2>/dev/null
  done < "$RUN/pids"
}
signal TERM
sleep 1
signal KILL
ip netns list | awk '{ print $1 }' | grep "^$PREFIX-" | while read -r ns; do ip netns del "$ns"; done
rm -f "$RUN/pids"
echo "the lab is down"
