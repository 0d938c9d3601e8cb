#!/usr/bin/env bash
# rules.txt names a test for each rule of luma.md 1 to 7 and 9: each file is there, is a test, and no section is left out.
. "$(dirname "$0")/../support/check.sh"
here=$(cd "$(dirname "$0")" && pwd)

while IFS='|' read -r rule files; do
  [ -n "$files" ] || fail "no test for: $rule"
  for file in $files; do
    case $file in
    errors/* | async/* | modules/* | replay/* | stdlib/*) path=$here/../$file ;;
    *) path=$here/$file ;;
    esac
    if [ -f "$path.luma" ]; then
      grep -qE -- '-- *expect' "$path.luma" || [[ $file == */h_* || $file == fixtures/* ]] ||
        fail "$file.luma expects nothing ($rule)"
    else
      [ -f "$path.sh" ] || fail "there is no test $file for: $rule"
    fi
  done
done < <(grep -vE '^(#|$)' "$here/rules.txt")

for section in 1 2.1 2.2 2.3 2.4 2.5 2.6 3.1 3.3 3.4 3.5 3.6 4.{1..20} 5 6 7 9.1 9.2; do
  grep -qE "^${section//./\\.} " "$here/rules.txt" || fail "no rule of section $section"
done

# Every test that cites a section of luma.md by number in its name is named by a rule.
for path in "$here"/[1-79]_*.luma; do
  name=$(basename "$path" .luma)
  grep -qE "[ |]$name( |$)" "$here/rules.txt" || fail "no rule names $name"
done
finish
