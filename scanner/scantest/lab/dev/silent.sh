nft add table inet wall
nft 'add chain inet wall in { type filter hook input priority 0; policy drop; }'
nft add rule inet wall in ct state established,related accept
