#!/usr/bin/env bash
# The benchmarks' programs in Go, if it is installed, print what those in Luma print.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
. "$here/../support/workloads.sh"
has go || exit 0

agreed=0
while read -r load size; do
  [ ! -f "$load.go" ] || agree "$load" "$size" '^go$'
done < <(list_small)
[ "$agreed" -ge 20 ] || fail "only $agreed programs were run"
finish
