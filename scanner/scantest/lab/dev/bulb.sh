"$RUN/talk" lifx "$address" 'Hall' &
