# Sourced by the other scripts: where the lab keeps its files and how its namespaces are called.
LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export KHLAB=${KHLAB:-${TMPDIR:-/tmp}/keyholder-lab}
RUN=$KHLAB/run
PREFIX=khown
# A lab with files of its own has namespaces of its own: two can be up at the same time.
[ "$KHLAB" = "${TMPDIR:-/tmp}/keyholder-lab" ] || PREFIX=khown$(printf %s "$KHLAB" | cksum | cut -d ' ' -f 1)
