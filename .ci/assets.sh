#!/bin/sh
# Refreshes the vendored style sheet from the exact versions in .ci/package-lock.json and writes
# static/vendor.json. Run by hand; `assets.sh --check` fails when what is committed is stale.
# Neither building nor running Keyholder needs this.
set -eu
cd "$(dirname "$0")"
root=$(cd .. && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp package.json package-lock.json "$work/"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund >"$work/npm.log" 2>&1) || { cat "$work/npm.log" >&2; exit 1; }
out="$work/static"
mkdir -p "$out/vendor/govuk" "$out/LICENCES"
"$work/node_modules/.bin/sass" --no-source-map --style=compressed \
	--load-path="$work/node_modules/govuk-frontend/dist" assets/govuk.scss "$out/vendor/govuk/govuk.css"
if grep -qiE 'url\(|GDS Transport|crest|crown|woff' "$out/vendor/govuk/govuk.css"; then
	echo "assets.sh: the style sheet carries an address, a typeface or an emblem that is not ours to use" >&2
	exit 1
fi
# The package carries no licence file, only the word MIT: the text is stored with ours.
cp assets/govuk-frontend.LICENCE.txt "$out/LICENCES/govuk-frontend.txt"
node assets/manifest.mjs "$work/package-lock.json" "$out" >"$out/vendor.json"
if [ "${1:-}" = "--check" ]; then
	diff -r "$out/vendor" "$root/static/vendor"
	diff "$out/vendor.json" "$root/static/vendor.json"
	diff "$out/LICENCES/govuk-frontend.txt" "$root/static/LICENCES/govuk-frontend.txt"
	echo "assets.sh: vendored assets are fresh"
	exit 0
fi
rm -rf "$root/static/vendor"
cp -R "$out/vendor" "$root/static/vendor"
mkdir -p "$root/static/LICENCES"
cp "$out/LICENCES/govuk-frontend.txt" "$root/static/LICENCES/"
cp "$out/vendor.json" "$root/static/vendor.json"
