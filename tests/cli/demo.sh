#!/usr/bin/env bash
# The demonstration that `make run` shows goes through, and cleans up behind it.
[ -n "${WICK_GC_STRESS:-}" ] && exit 0 # large: 100,000 fibers
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"

run "the demonstration" 0 "$here/../../examples/demo/run" "$wick"
err_is_empty
out_has "A server written in Luma answers at http://127.0.0.1:"
out_has "the same three at once"
out_has "100,000 fibers parked"
out_has "\`await\` it first"
out_has "deadlock: the main program waits"
port=$(grep -o '127.0.0.1:[0-9]*' "$work/out" | head -1)
! (exec 3<>"/dev/tcp/${port%:*}/${port#*:}") 2>/dev/null || fail "the server still listens at $port"

# Without a runtime it says so and fails.
run "the demonstration of something else" 1 "$here/../../examples/demo/run" /bin/false
err_has "the server did not start"
finish
