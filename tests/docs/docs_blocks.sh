#!/usr/bin/env bash
# Every ```luma and ```vint block of README.md and docs/*.md does what the page says.
#
#   ```luma            is run; a ```text block directly behind it is its output
#   ```luma fails      must not end with 0; each line of the ```text block behind it occurs on stderr
#   ```luma no-run     is only checked, because it needs the world outside
#   ```luma file=NAME  is a file of that name, which the blocks behind it import
#
# A block with the comment `clock: virtual` runs so.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
cd "$work" || exit 1

# Cuts the pages into NUMBER.program, NUMBER.text and a line "NUMBER LANGUAGE MODE PLACE" in `index`.
awk '
  function open_block(info,   word) {
    split(info, word, " ")
    if (word[1] == "luma" || word[1] == "vint") {
      number++
      is_last = 1
      target = number ".program"
      printf "" > target
      print number, word[1], (word[2] == "" ? "run" : word[2]), FILENAME ":" FNR > "index"
    } else if (word[1] == "text" && is_last) {
      target = number ".text"
      printf "" > target
      is_last = 0
    } else {
      target = ""
      is_last = 0
    }
  }
  FNR == 1 { inside = 0; is_last = 0 }
  /^```/ {
    if (inside) { inside = 0; if (target) close(target) }
    else { inside = 1; open_block(substr($0, 4)) }
    next
  }
  inside { if (target) print > target; next }
  NF { is_last = 0 }
' "$here/../../README.md" $(ls "$here"/../../docs/*.md | grep -v /errors.md) # which errors_page.sh checks

while read -r number language mode place; do
  example=example.$language
  mv "$number.program" "$example"
  place=${place#"$here/../../"}
  case $mode in
    run)
      clock=()
      grep -q '^\(//\|--\) clock: virtual' "$example" && clock=(--virtual-time)
      run "$place" 0 "$wick" ${clock[@]+"${clock[@]}"} "$example"
      err_lacks "error"
      [ -f "$number.text" ] && out_is "$(cat "$number.text")"
      ;;
    fails)
      run "$place" any "$wick" "$example"
      [ "$status" != 0 ] && [ "$status" -lt 124 ] || fail "$place: exit status $status"
      [ -f "$number.text" ] || fail "$place: no text block tells what is said"
      while IFS= read -r line; do [ -z "$line" ] || err_has "$line"; done <"$number.text"
      ;;
    file=*) mkdir -p "$(dirname "./${mode#file=}")" && cp "$example" "./${mode#file=}" ;;
    no-run) run "$place" 0 "$wick" check "$example" ;;
    *) fail "$place: nobody knows what '$mode' means" ;;
  esac
done <index

echo "$(wc -l <index) blocks"
[ "$(wc -l <index)" -gt 30 ] || fail "only $(wc -l <index) blocks were found"
finish
