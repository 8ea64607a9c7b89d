service hap 'Front Door' _hap._tcp 47129 'c#=1' 'ff=0' 'id=54:EF:44:45:00:10' 'md=Aqara A100' 'pv=1.1' 's#=1' 'sf=0' 'ci=6'
announce
