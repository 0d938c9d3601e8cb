#!/usr/bin/env bash
# Each function that section 12 of Vint's fact sheet names is there, has its help, is shown by some test, and refuses
# thirteen arguments.   (vint.md 12)
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
cat "$here"/*/*.vint "$here"/*/*.sh "$here"/../async/*.vint "$here"/../modules/*.vint "$here"/../vint/*.vint |
  grep -oE '\b[a-z]+\.[A-Za-z0-9_]+\(' | sort -u >"$work/shown"
cd "$work" || exit 1

while IFS=: read -r module names; do
  printf 'import %s\nlet m: any = %s\n' "$module" "$module" >program.vint
  : >wanted
  for name in $names; do
    full=$module.$name
    "$wick" help "$full" >help 2>&1 && grep -q "^$full: fn(" help || fail "$full has no help"
    grep -qxF "$full(" shown || fail "$full: no test calls it"
    grep -q '\.\.\.)' help && continue # takes any number
    printf 'try { m.%s(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13); print("accepted") } catch (e) { print("%s") }\n' \
      "$name" "$name" >>program.vint
    echo "$name" >>wanted
  done
  run "$module" 0 "$wick" program.vint
  out_is "$(cat wanted)"
done < <(grep -v '^#' "$here/section_12.txt")
finish
