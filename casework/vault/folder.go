package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// DefaultFolder returns where the operating system wants an application's data. It is made by
// Create, not here.
func DefaultFolder() (string, error) { return defaultFolder(runtime.GOOS, os.Getenv) }

func defaultFolder(system string, env func(string) string) (string, error) {
	base, below := "", ""
	switch system {
	case "windows": // never the roaming folder, which companies copy to a server
		base, below = env("LOCALAPPDATA"), "Keyholder"
	case "darwin":
		base, below = env("HOME"), filepath.Join("Library", "Application Support", "Keyholder")
	default:
		base, below = env("XDG_DATA_HOME"), "keyholder"
		if !filepath.IsAbs(base) { // the XDG rule: a relative path counts as unset
			base, below = env("HOME"), filepath.Join(".local", "share", "keyholder")
		}
	}
	if base == "" {
		return "", errors.New("finding the folder for application data: the environment names no home folder")
	}
	return filepath.Join(base, below), nil
}

// PrepareFolder makes dir, or makes an existing one private, and checks that it can be written to.
// It refuses a folder that a cloud service copies unless allowSynced, a home folder and the root of a
// disk. Errors: ErrFolderSynced, ErrFolderShared, ErrFolderNotWritable, ErrDiskFull.
func PrepareFolder(dir string, allowSynced bool) error {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFolderNotWritable, err)
	}
	if !allowSynced {
		if service := SyncedBy(abs); service != "" {
			return fmt.Errorf("%w: %s", ErrFolderSynced, service)
		}
	}
	if home, err := os.UserHomeDir(); err == nil && abs == filepath.Clean(home) || filepath.Dir(abs) == abs {
		return ErrFolderShared
	}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return notWritable(err, filepath.Dir(abs))
	}
	if err := os.Chmod(abs, 0o700); err != nil {
		return notWritable(err, abs)
	}
	f, err := os.CreateTemp(abs, ".new-*")
	if err != nil {
		return notWritable(err, abs)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func notWritable(err error, dir string) error {
	if errors.Is(explain(err, dir), ErrDiskFull) {
		return explain(err, dir)
	}
	if errors.Is(err, fs.ErrPermission) || Key(explain(err, dir)) == "" {
		return fmt.Errorf("%w: %w", ErrFolderNotWritable, err)
	}
	return explain(err, dir)
}
