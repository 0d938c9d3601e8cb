#!/usr/bin/env bash
# rules.txt names a test for each rule of vint.md 1 to 11: each file is there and expects something, no section is left out,
# and every test that has a section's number in its name is named.
. "$(dirname "$0")/../support/check.sh"
here=$(cd "$(dirname "$0")" && pwd)

while IFS='|' read -r rule files; do
  [ -n "$files" ] || fail "no test for: $rule"
  for file in $files; do
    case $file in
    */*) path=$here/../$file ;;
    *) path=$here/$file ;;
    esac
    if [ -f "$path.vint" ]; then
      grep -qE '(//|#) *expect' "$path.vint" || fail "$file.vint expects nothing ($rule)"
    else
      [ -f "$path.sh" ] || fail "there is no test $file for: $rule"
    fi
  done
done < <(grep -vE '^(#|$)' "$here/rules.txt")

for section in 1.{1..8} 2.{1..10} 3 4.{1..9} 5.{1..5} 6.{1..7} 7.{1..4} 8.{1..5} 9.{1..6} 10 11.{1..11}; do
  grep -qE "^${section//./\\.} " "$here/rules.txt" || fail "no rule of section $section"
done

for path in "$here"/[1-9]_*.vint "$here"/1[01]_*.vint; do
  name=$(basename "$path" .vint)
  grep -qE "[ |]$name( |$)" "$here/rules.txt" || fail "no rule names $name"
done
finish
