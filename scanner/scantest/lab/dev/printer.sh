service ipp 'Brother HL-L2350DW series' _ipp._tcp 631 'txtvers=1' 'ty=Brother HL-L2350DW series' 'product=(Brother HL-L2350DW series)' 'usb_MFG=Brother' 'usb_MDL=HL-L2350DW series'
service lpd 'Brother HL-L2350DW series' _printer._tcp 515 'txtvers=1' 'ty=Brother HL-L2350DW series'
announce
page 631 'Brother HL-L2350DW series'
