#!/usr/bin/env bash
# A signal that comes while the machine is being freed finds nobody whom it could concern.
. "$(dirname "$0")/../support/check.sh"
cd "$work" || exit 1
count=200000
[ -n "${WICK_GC_STRESS:-}" ] && count=2000
printf 'let keep = []\nprint("begins")\nsleep(1)\nfor i in 0..%s { keep.push([i, [i]]) }\nprint(len(keep))\n' $count >fills.vint
for round in 1 2 3 4 5; do
  : >out
  "$wick" fills.vint >out 2>err &
  pid=$!
  children+=("$pid")
  for _ in $(seq 500); do [ -s out ] && break; sleep 0.01; done
  for _ in $(seq 2000); do
    kill -USR1 "$pid" 2>/dev/null || break
    sleep 0.005
  done
  kill -KILL "$pid" 2>/dev/null && fail "round $round: it has not ended: $(tail -3 err)"
  wait "$pid"
  status=$?
  [ $status = 0 ] || fail "round $round: status $status: $(grep -m1 -A8 ERROR err || tail -3 err)"
done
finish
