"$RUN/talk" tuya "$address" keyabcdefghijklm &
"$RUN/talk" doors "$address" 'Camera' &
