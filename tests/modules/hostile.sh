#!/usr/bin/env bash
# Whatever an import finds, the answer is a message with the place, and status 65.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

# refused NAME PATH TEXT: importing PATH says TEXT.
refused() {
  printf 'let m = import("%s")\n' "$2" >main.luma
  run "$1" 65 "$wick" main.luma
  err_has "$3"
  err_has "main.luma:1:16"
  out_is_empty
}

mkdir empty.luma folder
refused "a folder named like a file" "./empty" "there is no module"
refused "a folder without a main file" "./folder" "looked for folder/main.luma"
mkfifo pipe.luma
refused "a pipe" "./pipe.luma" "it is a pipe or a device, not a file"
refused "a device" "/dev/zero" "it is a pipe or a device, not a file"
printf 'plain' >plain.txt
refused "no program" "./plain.txt" "its name should end in .luma or .vint"
ln -s loop.luma loop.luma
refused "a link to itself" "./loop.luma" "there is no module"
refused "a path of 5,000 letters" "$(printf 'a%.0s' $(seq 5000))" "there is no module"
refused "a path with .. beyond the root" "../../../../../../../../../../../../nowhere" "there is no module"
if [ "$(id -u)" != 0 ]; then
  printf '1\n' >secret.luma
  chmod 000 secret.luma
  refused "a file that may not be read" "./secret.luma" "Permission denied"
fi

head -c 4000 "$wick" >binary.luma
printf 'import("./binary")\n' >main.luma
run "a binary file" 65 "$wick" main.luma
err_has "binary.luma:1:"
out_is_empty

printf 'import("./ba\\u0000d")\nimport "x"\n' >main.vint
run "a zero byte in the path" 65 "$wick" main.vint
err_has "M00"

: >nothing.luma
printf 'print(import("./nothing"))\n' >main.luma
run "an empty file" 0 "$wick" main.luma
out_is null

# A mistake in an imported file is shown there, and everything is checked.
printf 'let x: Number = "one"\n{ x }\n' >wrong.luma
printf 'let y: String = 1\nimport("./wrong")\nprint("never")\n' >main.luma
run "mistakes in both" 65 "$wick" main.luma
out_is_empty
err_has "--> wrong.luma:1:17"
err_has "let x: Number = \"one\""
err_has "--> main.luma:1:17"
run "check looks at all" 65 "$wick" check main.luma
err_has "--> wrong.luma:1:17"
printf 'fn broken( do\n' >wrong.luma
run "a file that does not parse" 65 "$wick" main.luma
err_has "--> wrong.luma:1:"

# An error at run time has the file's own line and excerpt, and the way it took.
printf 'fn fail(): Null do\n  panic("no luck")\nend\n\nfail()\n' >fails.luma
printf '\nlet m = import("./fails")\n' >main.luma
run "an error while a module is evaluated" 1 "$wick" main.luma
err_has "no luck"
err_has "--> fails.luma:2:"
err_has '2 |   panic("no luck")'
err_has "at module (fails.luma:5:"
err_has "awaited at main (main.luma:2:"

# Every import of a module that failed fails, with the same error.
cat >twice.vint <<'END'
let load = func() {
    try { import("fails.vint") } catch (e) { return e.message() }
}
print(load(), load())
END
printf 'print("once")\nthrow "broken"\n' >fails.vint
run "a module that fails" 0 "$wick" twice.vint
out_is "once
broken broken"

# A file with mistakes that is imported by a computed path: said where it is, raised where it is imported.
printf 'fn load(n: String): Any do import(n) end\nload("./wrong")\n' >main.luma
run "mistakes found at run time" 1 "$wick" main.luma
err_has "--> wrong.luma:1:"
err_has "wrong.luma cannot be imported: it has mistakes"

# What is on standard input imports from the current folder.
printf '5\n' >five.luma
printf 'print(import("./five"))' >input
name="standard input"
"$wick" --language luma - <input >"$work/out" 2>"$work/err" || fail "standard input: $(cat "$work/err")"
out_is 5
printf 'import("./five")\n' >main.luma
run "dump" 0 "$wick" dump main.luma
out_has "import.file"
[ "$(grep -c '^function' "$work/out")" -le 1 ] || fail "dump shows more than the file"
finish
