#!/usr/bin/env bash
# docs/errors.md has every code of src/source/diag_*.def, with its wording, a program that gets it and one that does not.
#
#   ### CODE: WORDING       or "### CODE (warning): WORDING"; … stands for what the wording leaves open
#   ```luma wrong           must get CODE from `wick check`
#   ```luma right           must be accepted without CODE, and without any error
#   ```sh wrong, right      a script that writes the program to wrong.luma or wrong.vint (right.…), in a folder of its own
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
root=$here/../..
cd "$work" || exit 1

# The heading of each code as the .def files have it.
cat "$root"/src/source/diag_*.def | awk '
  match($0, /^DIAG\([A-Z_0-9a-z]+, "[A-Z][0-9]+", SEVERITY_[A-Z]+, "/) {
    head = substr($0, RSTART, RLENGTH); rest = substr($0, RSTART + RLENGTH)
    split(head, part, "\""); code = part[2]
    text = ""
    while (rest != "") {
      c = substr(rest, 1, 1); rest = substr(rest, 2)
      if (c == "\"") break
      if (c == "\\") { c = substr(rest, 1, 1); rest = substr(rest, 2) }
      text = text c
    }
    gsub(/%(\.\*)?[0-9]*(ll)?[sucdX]/, "…", text); gsub(/(…)+/, "…", text)
    print "### " code (head ~ /WARNING/ ? " (warning)" : "") ": " text
  }' | sort >wanted
grep '^### ' "$root/docs/errors.md" | sort >found
diff wanted found >differs || fail "docs/errors.md and src/source/diag_*.def differ (< is missing): $(cat differs)"
[ "$(wc -l <found)" -gt 200 ] || fail "only $(wc -l <found) codes were found"

# The programs: CODE/wrong.luma and so on; "CODE none" in `without` where the page says that there is none.
awk '
  /^### / { code = $2; sub(/:$/, "", code); system("mkdir -p " code); next }
  /^No program of a page shows it\.$/ { print code > "without"; next }
  /^```[a-z]+ (wrong|right)$/ { target = code "/" $2 "." substr($1, 4); printf "" > target; next }
  /^```/ { if (target) close(target); target = ""; next }
  target { print > target }
' "$root/docs/errors.md"
for script in */*.sh; do (cd "${script%/*}" && bash "${script#*/}") || fail "$script does not run"; done
[ "$(wc -l <without)" -le 2 ] || fail "too many codes without a program: $(cat without)"

for code in $(awk '{ sub(/:$/, "", $2); print $2 }' found); do
  grep -qx "$code" without && continue
  for kind in wrong right; do
    [ -e "$code/$kind.luma" ] || [ -e "$code/$kind.vint" ] || fail "$code: no program that is $kind"
  done
done
# What was said of each file, as "FILE CODE" lines.
check_all() {
  LIMIT=60 run "$1" any "$wick" check --color never "${@:2}"
  awk 'match($0, /^(error|warning)\[[A-Z][0-9]+\]/) { split($0, p, /[][]/); code = p[2]; kind = p[1]; next }
       /^ *--> / && code { sub(/:[0-9]+:[0-9]+$/, "", $2); print $2, code, kind; code = "" }' "$work/err" >said
}
check_all "the wrong programs" */wrong.luma */wrong.vint
for file in */wrong.luma */wrong.vint; do
  code=${file%%/*} # what it imports may be where it is said
  grep -q "^$code/[^ ]* $code " said || fail "$file does not get $code but: $(grep "^$file " said)"
done
check_all "the right programs" */right.luma */right.vint
for file in */right.luma */right.vint; do
  grep "^$file " said | grep -q "error\| ${file%%/*} " && fail "$file is not right: $(grep "^$file " said)"
done
grep -q ' error$' said && fail "a right program has an error: $(grep ' error$' said)"
finish
