#!/usr/bin/env bash
# The ```console blocks of docs/*.md print what the page says: "$ COMMAND", then its output (stdout and stderr). They
# run in a folder with the page's programs whose first line is a comment with a file name.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
mkdir "$work/bin"
ln -s "$wick" "$work/bin/wick"
export PATH=$work/bin:$PATH

# Cuts a page into its programs and `commands`: N.command and N.wanted for each command.
cut_page() {
  awk '
    /^```/ {
      if (inside) { inside = 0; file = "" } else { inside = 1; kind = substr($0, 4); is_first = 1 }
      next
    }
    !inside { next }
    kind == "luma" || kind == "vint" {
      if (is_first && match($0, /^(--|\/\/) [a-z_]+\.(luma|vint)$/)) file = substr($0, 4)
      is_first = 0
      if (file) print > file
    }
    kind == "console" && /^\$ / {
      number++
      print substr($0, 3) > (number ".command")
      printf "" > (number ".wanted")
      next
    }
    kind == "console" { print > (number ".wanted") }
  ' "$1"
}

pages=0
for page in "$here"/../../docs/*.md; do
  grep -q '^```console' "$page" || continue
  pages=$((pages + 1))
  folder=$work/$(basename "$page" .md)
  mkdir "$folder"
  cd "$folder" || exit 1
  cut_page "$page"
  for ((number = 1; ; number++)); do
    [ -f $number.command ] || break
    timeout 20 bash $number.command >got 2>&1
    cmp -s got $number.wanted ||
      fail "$(basename "$page"): $(cat $number.command): $(diff $number.wanted got | head -10)"
  done
  [ "$number" -gt 1 ] || fail "$(basename "$page"): no command was found"
done
[ "$pages" -gt 0 ] || fail "no page has a console block"
finish
