# Sourced by the other scripts: where the lab keeps its files and how its namespaces are called.
LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export KHLAB=${KHLAB:-${TMPDIR:-/tmp}/keyholder-lab}
RUN=$KHLAB/run
PREFIX=khown
