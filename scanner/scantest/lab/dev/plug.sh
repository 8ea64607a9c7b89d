"$RUN/talk" kasa "$address" 'Heater plug' &
