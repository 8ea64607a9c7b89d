package web

import (
	"strconv"
	"time"

	"keyholder/casework"
)

// Keys of the settings of the vault that pages read.
const (
	SettingProduct   = "frame.product"
	SettingIdle      = "frame.idle_minutes"
	SettingLeave     = "frame.leave_url"
	SettingRelook    = "risk.relook_days" // days after which the risk is looked at again; empty: as the rule says
	SettingEmergency = "frame.emergency_number"
	SettingHide      = "frame.hide"
	SettingRecovery  = "frame.recovery_written"
)

// RelookDays reads after how many days the risk is looked at again: 1 to what the rule says, which is
// also what an empty setting means. It can be sooner than the rule, never later.
func RelookDays(typed string) (days int, ok bool) {
	most := int(casework.RelookAfter / (24 * time.Hour))
	if typed == "" {
		return most, true
	}
	days, err := strconv.Atoi(typed)
	return days, err == nil && days >= 1 && days <= most
}
