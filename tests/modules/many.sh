#!/usr/bin/env bash
# A chain of 1,000 modules, a diamond, a module that 1,000 import: each evaluated once, in linear time.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

mkdir chain
for i in $(seq 1 999); do printf 'let next = import("./m%d")\nlet n: Number = next.n + 1\n{ n = n, inner = next }\n' $((i + 1)) >chain/m$i.luma; done
printf '{ n = 1 }\n' >chain/m1000.luma
printf 'print(import("./m1").n)\n' >chain/main.luma
LIMIT=30 run "a chain of 1,000" 0 "$wick" chain/main.luma
out_is 1000
LIMIT=30 run "a chain of 1,000 is checked" 0 "$wick" check chain/main.luma

# Each of them awaits, so that 1,000 importers are parked at once.
sed -i '1s/^/await yield()\n/' chain/m*.luma
LIMIT=30 run "a chain of 1,000 that wait" 0 "$wick" chain/main.luma
out_is 1000

printf 'print("once")\n{ n = 1 }\n' >bottom.luma
printf 'import("./bottom")\n' >left.luma
printf 'let b = import("./bottom")\nb\n' >right.luma
printf 'print(import("left") == import("right"))\n' >top.luma
run "a diamond" 0 "$wick" top.luma
out_is "once
true"

mkdir wide
printf '7\n' >wide/shared.luma
for i in $(seq 1 1000); do printf 'import("./shared") + %d\n' "$i" >wide/m$i.luma; done
{ echo 'var sum = 0'; for i in $(seq 1 1000); do echo "sum = sum + import(\"wide/m$i\")"; done; echo 'print(sum)'; } >wide.luma
LIMIT=30 run "1,000 modules" 0 "$wick" wide.luma
out_is 507500
finish
