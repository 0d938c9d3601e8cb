# A file that could not be imported is read again at the next import of it; one that could is evaluated once.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkfifo input
"$WICK" repl --language vint <input >out 2>&1 &
exec 3>input
say() { # a line, and what its output must have before the next
  echo "$1" >&3
  for _ in $(seq 200); do grep -q "$2" out && return; sleep 0.05; done
  echo "no '$2' after '$1':"; cat out; exit 1
}
echo 'let x = ' >part.vint
say 'import "./part" as part' 'V052'
echo 'let x = [1][7]; throw "broken"' >part.vint
say 'import "./part" as part' 'error: broken'
printf 'print("evaluated")\n"a value"\n' >third.vint
say 'import "./third" as third' 'evaluated'
say 'import "./third" as third' 'evaluated'
say 'print("=", third)' '= a value'
exec 3>&-
wait
[ "$(grep -c evaluated out)" = 1 ] || { echo "evaluated twice"; cat out; exit 1; }
