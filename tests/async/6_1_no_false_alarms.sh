#!/usr/bin/env bash
# Whoever is said to be stranded never goes on: in the programs of this folder that wait for others, with a collection at every allocation,
# at least as many fibers still wait at the end as were told of while it ran.             (async.md 6.1)
. "$(dirname "$0")/../support/check.sh"
cd "$(dirname "$0")" || exit 1
export wick

# look FILE: prints what is wrong.
look() {
  local options
  options=$(sed -nE 's/^(--|\/\/) *options: //p; s/^(--|\/\/) *clock: virtual.*/--virtual-time/p' "$1" | tr '\n' ' ')
  grep -qE '^(--|//) *(stdin|env|command|skip|large): ' "$1" && return
  # shellcheck disable=SC2086
  WICK_GC_STRESS=1 timeout 10 "$wick" --leaks $options "$1" 2>&1 >/dev/null </dev/null | awk -v file="$1" '
    /^leaks: [0-9]+ fibers? waits? for what nobody/ { told += $2 }
    /^leaks: [0-9]+ fibers? (was|were) still waiting/ { left = $2; has_ended = 1 }
    END { if (has_ended && told > left) print file ": " told " told of, " left " still waiting at the end" }'
}
export -f look
grep -lE 'receive|Promise.new|acquire' ./*.luma ./*.vint | xargs -P 2 -I {} bash -c 'look {}' >"$work/wrong"
[ ! -s "$work/wrong" ] || fail "$(cat "$work/wrong")"
finish
