#!/usr/bin/env bash
# Section 13 of the language's fact sheet lists what other implementations get wrong, by number. This shows which test
# cites which entry, and fails if one has none.
cd "$(dirname "$0")/.." || exit 1
missing=0
for number in $(seq 1 48); do
  padded=$(printf '%02d' "$number")
  by_name=$(ls vint/13_"$padded"_* 2>/dev/null)
  by_text=$(grep -rlE "(13 entry|13, entry|[Ee]ntry) $number\b|Entries? [0-9]+ and $number\b" vint stdlib async modules 2>/dev/null)
  files=$(printf '%s\n%s\n' "$by_name" "$by_text" | sed '/^$/d' | sort -u | tr '\n' ' ')
  printf '%2d  %s\n' "$number" "${files:-no test}"
  if [ -z "$files" ]; then missing=$((missing + 1)); fi
done
[ "$missing" -eq 0 ] || { echo "$missing entries are not cited"; exit 1; }
