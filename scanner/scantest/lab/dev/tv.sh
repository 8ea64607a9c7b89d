gmediarender -f '[LG] webOS TV OLED55C8' -u 44000000-1dd2-11b2-8000-203dbd440015 -I eth0 -p 49494 \
  --gstout-audiosink=fakesink --gstout-videosink=fakesink --logfile=stderr &
