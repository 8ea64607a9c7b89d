#!/bin/bash
# Installs the programs that the lab's devices run (Debian, root). Nothing is started: a policy file
# keeps the packages from starting their services.
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' > $policy
  chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
  iproute2 nftables util-linux procps busybox dnsmasq avahi-daemon miniupnpd gmediarender \
  gstreamer1.0-plugins-base gstreamer1.0-plugins-good tcpdump
