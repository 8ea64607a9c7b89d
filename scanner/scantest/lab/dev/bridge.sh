service hue 'Hue Bridge - 440013' _hue._tcp 443 'bridgeid=ecb5fafffe440013' 'modelid=BSB002'
for n in $(seq 60); do
  service "child$n" "Lamp number $n of the house" _childlamp._tcp $((9000 + n)) "md=Lamp $n" "pad=$(printf 'x%.0s' $(seq 50))"
done
announce
