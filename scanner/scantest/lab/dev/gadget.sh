"$RUN/talk" tuya "$address" keyabcdefghijklm &
