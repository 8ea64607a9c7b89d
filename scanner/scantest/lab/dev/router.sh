mkdir -p /run/dnsmasq
leases=$(awk -F'\t' '$1 !~ /^#/ && $1 != "router" && $4 == "br0" && $5 != "-" { printf "--dhcp-host=%s,%s,infinite ", $2, $3 }' "$LAB/devices.tsv")
dnsmasq -k --no-resolv --no-hosts --interface=eth0 --bind-interfaces --user=root --dhcp-authoritative \
  --dhcp-range=10.44.0.100,10.44.0.200,1h --domain=home.arpa --local=/home.arpa/ \
  --dhcp-leasefile="$home/leases" $leases --log-facility=- &
ip link add wan0 type bridge
ip addr add 10.99.0.2/24 dev wan0
ip link set wan0 up
nft add table inet filter
for chain in miniupnpd prerouting_miniupnpd postrouting_miniupnpd; do nft add chain inet filter $chain; done
cat > "$home/upnp.conf" <<U
ext_ifname=wan0
ext_ip=11.0.0.2
listening_ip=eth0
enable_upnp=yes
enable_natpmp=no
friendly_name=FRITZ!Box 7530
manufacturer_name=AVM Berlin
model_name=FRITZ!Box 7530
uuid=44000000-bccb-40e7-8e6c-989bcb440001
allow 1024-65535 10.44.0.0/24 1024-65535
U
miniupnpd -d -f "$home/upnp.conf" -i wan0 -P "$home/upnp.pid" &
page 80 'FRITZ!Box'
