"$RUN/talk" netbios "$address" DESKTOP-4F2K9QA &
sleep 2 # the router's service is not ready before
wanted=urn:schemas-upnp-org:service:WANIPConnection:1
busybox wget -q -O - --header 'Content-Type: text/xml' --header "SOAPAction: \"$wanted#AddPortMapping\"" \
  --post-data "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:AddPortMapping xmlns:u=\"$wanted\"><NewRemoteHost></NewRemoteHost><NewExternalPort>13389</NewExternalPort><NewProtocol>TCP</NewProtocol><NewInternalPort>3389</NewInternalPort><NewInternalClient>$address</NewInternalClient><NewEnabled>1</NewEnabled><NewPortMappingDescription>Remote desktop</NewPortMappingDescription><NewLeaseDuration>0</NewLeaseDuration></u:AddPortMapping></s:Body></s:Envelope>" \
  http://10.44.0.1:5000/ctl/IPConn
