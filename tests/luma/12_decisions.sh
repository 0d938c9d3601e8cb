#!/usr/bin/env bash
# Every decision of luma.md 12 is cited by a test: "(luma.md 12: 7)", or several as "12: 7, 8)".
. "$(dirname "$0")/../support/check.sh"
tests=$(cd "$(dirname "$0")/.." && pwd)

cited=$(grep -rhoE '12: [0-9, ]+\)' "$tests" --include='*.luma' --include='*.sh' | sed 's|^12: ||' | grep -oE '[0-9]+' | sort -un)
for number in $(seq 61); do
  grep -qx "$number" <<<"$cited" || fail "no test cites decision $number"
done

# There is no file of bytecode as text to write, and no command for it.          (luma.md 12: 55)
cd "$work" || exit 1
echo 'print(1)' >program.luma
run "compile" 66 "$wick" compile program.luma
[ ! -e program.lumac ] || fail "a .lumac was written"
finish
