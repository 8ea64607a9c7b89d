// Prints static/vendor.json: what is vendored, from where, under which licence, with file hashes.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [lockFile, out] = process.argv.slice(2);
const packages = JSON.parse(readFileSync(lockFile, "utf8")).packages;
const govuk = packages["node_modules/govuk-frontend"];
const sass = packages["node_modules/sass"];
const files = ["vendor/govuk/govuk.css"].map((path) => ({
  path,
  sha256: createHash("sha256").update(readFileSync(join(out, path))).digest("hex"),
}));
const entry = {
  name: "govuk-frontend", version: govuk.version, licence: "MIT", integrity: govuk.integrity,
  licence_file: "LICENCES/govuk-frontend.txt", built_with: `sass ${sass.version}`, files,
};
process.stdout.write(JSON.stringify([entry], null, 1) + "\n");
