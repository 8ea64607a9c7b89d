"$RUN/talk" netbios "$address" DESKTOP-4F2K9QA &
