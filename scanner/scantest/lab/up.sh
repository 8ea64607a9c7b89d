#!/bin/bash
# Builds a small home network out of network namespaces and starts a real daemon or two in each. No
# namespace has a link to the machine itself, so nothing can leave. Needs root.
# Usage: up.sh [name ...]   the router always comes; without names everything does
set -u
. "$(dirname "$0")/common.sh"
lives() { # every starter on record is still one of the lab's own
  [ -s "$RUN/pids" ] || return 1
  while read -r pid _; do
    grep -qa dev/boot.sh "/proc/$pid/cmdline" 2>/dev/null || return 1
  done < "$RUN/pids"
}
ours() { read -r pid _ < "$RUN/pids" && grep -qa "$LAB/dev/boot.sh" "/proc/$pid/cmdline" 2>/dev/null; }
if lives; then
  ours && echo "the lab is already up (down.sh stops it)" || echo "a lab of another folder is up (the down.sh of that folder stops it)"
  exit 1
fi
"$LAB/down.sh" > /dev/null # what an interrupted run has left
mkdir -p "$RUN/log" "$RUN/dev"
: > "$RUN/pids"
(cd "$LAB/.." && CGO_ENABLED=0 go build -o "$RUN/talk" ./talk) || exit 1

switch() { # one bridge for each network, in a namespace of their own
  ip netns add $PREFIX-sw || exit 1
  for lan in br0 br1; do
    ip -n $PREFIX-sw link add $lan type bridge stp_state 0 forward_delay 0 mcast_snooping 0
    ip netns exec $PREFIX-sw sysctl -qw net.ipv6.conf.$lan.disable_ipv6=1
    ip -n $PREFIX-sw link set $lan up
  done
}

cable() { # namespace interface mac network
  local port=c-$1-$2
  port=${port:0:15}
  ip -n $PREFIX-sw link add "$port" type veth peer name "$2" netns $PREFIX-$1 address "$3"
  ip netns exec $PREFIX-sw sysctl -qw net.ipv6.conf."$port".disable_ipv6=1
  ip -n $PREFIX-sw link set "$port" master "$4" up
  ip -n $PREFIX-$1 link set "$2" up
}

boot() { # name address hostname; a PID namespace each, so that ending its starter ends it all
  setsid ip netns exec $PREFIX-$1 unshare --mount --uts --pid --fork --mount-proc --kill-child=SIGKILL \
    bash "$LAB/dev/boot.sh" "$@" > "$RUN/log/$1.log" 2>&1 < /dev/null &
  echo "$! $1" >> "$RUN/pids"
}

plugged() { ip netns add $PREFIX-$1 && ip -n $PREFIX-$1 link set lo up; }

switch
while IFS=$'\t' read -r name mac address lan host _; do
  case $name in ''|\#*) continue ;; esac
  if [ $# -gt 0 ] && [ "$name" != router ] && [[ " $* " != *" $name "* ]]; then continue; fi
  plugged "$name"
  cable "$name" eth0 "$mac" "$lan"
  if [ "$host" = - ] && [ "$address" != - ]; then
    ip -n $PREFIX-$name addr add "$address/24" dev eth0
  fi
  boot "$name" "$address" "$host"
  [ "$name" = router ] && sleep 1
done < "$LAB/devices.tsv"

# The computer that checks: both networks, one container bridge and one tunnel as decoys.
plugged laptop
cable laptop eth0 f4:d1:08:44:00:99 br0
cable laptop eth1 f4:d1:08:44:00:9a br1
ip -n $PREFIX-laptop addr add 10.44.0.99/24 dev eth0
ip -n $PREFIX-laptop addr add 10.45.0.99/24 dev eth1
ip -n $PREFIX-laptop route add default via 10.44.0.1
ip -n $PREFIX-laptop link add docker0 type bridge
ip -n $PREFIX-laptop addr add 172.17.0.1/16 dev docker0
ip -n $PREFIX-laptop link set docker0 up
ip -n $PREFIX-laptop tuntap add dev wg0 mode tun 2>/dev/null || ip -n $PREFIX-laptop link add wg0 type bridge
ip -n $PREFIX-laptop addr add 10.9.0.2/24 dev wg0
ip -n $PREFIX-laptop link set wg0 up
boot laptop 10.44.0.99 -
echo "the lab is starting: $(wc -l < "$RUN/pids") namespaces, logs in $RUN/log; it settles in some seconds"
