# Every ```repl block of docs/repl.md is what a session prints.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
cd "$work" || exit 1
awk '
  /^```repl / { target = ++number ".repl"; print "# language: " $2 > target; next }
  /^```/ { target = "" }
  target { sub(/^(luma> |vint> |  \.\.\. )/, "> "); print > target }
' "$here/../../docs/repl.md"
ls ./*.repl >/dev/null || fail "the page has no session"
for session in "$work"/*.repl; do
  said=$("$here/../run" "$wick" "" "$session") || fail "$said"
done
finish
