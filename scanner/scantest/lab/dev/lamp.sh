sleep 2 # its IPv6 address is not ready before
service hap 'LIFX Bulb 440016' _hap._tcp 56701 'c#=1' 'ff=0' 'id=D0:73:D5:44:00:16' 'md=LIFX A19' 'pv=1.1' 's#=1' 'sf=0' 'ci=5'
announce no
