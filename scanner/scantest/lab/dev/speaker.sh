service cast 'Google-Home-Mini-44' _googlecast._tcp 8009 id=44 've=05' 'md=Google Home Mini' 'fn=Kitchen speaker' 'ca=199172' 'st=0'
announce
