#!/usr/bin/env bash
# What a build learns from (make pgo) runs to its end, and a program that fails is named.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
[ -n "${WICK_GC_STRESS:-}" ] && finish # large: all workloads

LIMIT=60 run "bench/train" 0 "$here/../../bench/train" "$wick"
out_is_empty
err_is_empty
run "bench/train of something else" 1 "$here/../../bench/train" /bin/false
err_has "bench/programs/hello.luma has failed"
finish
