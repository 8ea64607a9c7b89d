//go:build linux

package launch

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// SameUser reports whether the program at the other end of a loopback connection belongs to the user
// that runs this one, or to root. The launch token stands for a moment in the arguments of the
// browser, where other users of the machine can read it; this keeps them from being first with it.
func SameUser(remote, local string) bool {
	from, err1 := netip.ParseAddrPort(remote)
	to, err2 := netip.ParseAddrPort(local)
	if err1 != nil || err2 != nil {
		return false
	}
	uid, ok := socketOwner("/proc/net/tcp", hexAddr(from), hexAddr(to))
	if !ok { // a browser may use one kind of socket for both kinds of address
		uid, ok = socketOwner("/proc/net/tcp6", hexAddr(as6(from)), hexAddr(as6(to)))
	}
	return ok && (uid == os.Getuid() || uid == 0)
}

func as6(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom16(a.Addr().As16()), a.Port())
}

// socketOwner finds the user of the socket that has from as its own end and to as its far end.
func socketOwner(table, from, to string) (uid int, ok bool) {
	f, err := os.Open(table)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) > 7 && fields[1] == from && fields[2] == to {
			uid, err := strconv.Atoi(fields[7])
			return uid, err == nil
		}
	}
	return 0, false
}

// hexAddr writes an address as the kernel's table does: each group of four bytes in the order of the
// machine, which is little-endian wherever we build.
func hexAddr(a netip.AddrPort) string {
	raw := a.Addr().AsSlice()
	for i := 0; i+4 <= len(raw); i += 4 {
		slices.Reverse(raw[i : i+4])
	}
	return fmt.Sprintf("%s:%04X", strings.ToUpper(hex.EncodeToString(raw)), a.Port())
}
