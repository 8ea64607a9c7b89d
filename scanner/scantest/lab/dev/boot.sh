#!/bin/bash
# The first process of a device: private folders, a name, an address, then the device's own script.
name=$1 address=$2 host=$3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common.sh"
home=$RUN/dev/$name
rm -rf "$home"
mkdir -p "$home/services" "$home/www"
mount --make-rprivate /
mount -t tmpfs tmpfs /run
[ "$host" = - ] && hostname "$name" || hostname "${host//_/-}"

lease() { # asks the router for the address that belongs to this device, giving its name
  printf '#!/bin/sh\n[ "$1" = bound ] && ip addr add "$ip/24" dev "$interface"\nexit 0\n' > "$home/lease.sh"
  chmod +x "$home/lease.sh"
  busybox udhcpc -i eth0 -f -q -n -t 10 -T 1 -s "$home/lease.sh" -x "hostname:$host"
}

service() { # file name, announced name, then type port [key=value ...]
  local file=$home/services/$1.service announced=$2 type=$3 port=$4
  shift 4
  {
    echo '<?xml version="1.0"?><!DOCTYPE service-group SYSTEM "avahi-service.dtd"><service-group>'
    echo "<name>$announced</name><service><type>$type</type><port>$port</port>"
    for entry in "$@"; do echo "<txt-record>$entry</txt-record>"; done
    echo '</service></service-group>'
  } > "$file"
}

announce() { # yes|no: use IPv4
  mkdir -p /run/avahi-daemon
  mount --bind "$home/services" /etc/avahi/services
  printf '[server]\nuse-ipv4=%s\nuse-ipv6=yes\nallow-interfaces=eth0\nenable-dbus=no\n[publish]\npublish-hinfo=no\npublish-workstation=no\n' \
    "${1:-yes}" > "$home/avahi.conf"
  avahi-daemon -f "$home/avahi.conf" --no-drop-root --no-chroot --no-rlimits &
}

page() { # port title
  echo "<html><title>$2</title></html>" > "$home/www/index.html"
  busybox httpd -f -p "$1" -h "$home/www" &
}

[ "$host" != - ] && [ "$address" != - ] && lease
. "$here/$name.sh"
wait
sleep infinity
