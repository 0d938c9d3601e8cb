#!/usr/bin/env bash
# What a file may be called, where it may come from, and what happens if it is no program (async.md 6.4).
. "$(dirname "$0")/../support/check.sh"
cd "$work" || exit 1

run "missing file" 66 "$wick" missing.luma
err_has "cannot read missing.luma"
out_is_empty
mkdir folder.vint
run "directory" 66 "$wick" folder.vint
err_has "cannot read folder.vint"
run "check of a missing file" 66 "$wick" check missing.vint

for language in luma vint; do
  : >empty.$language
  run "empty file, $language" 0 "$wick" empty.$language
  out_is_empty
  err_is_empty
  printf '\177ELF\002\001\000\000\000\003 print("x")' >binary.$language
  run "binary file, $language" 65 "$wick" binary.$language
  err_has "binary file"
  printf 'print("\xff\xfe")' >latin.$language
  run "not UTF-8, $language" 65 "$wick" latin.$language
  err_has "UTF-8"
  printf 'let s = "never closed\nprint(s)\n' >open.$language
  run "unterminated string, $language" 65 "$wick" open.$language
  err_has "string"
  out_is_empty
  printf '\xef\xbb\xbfprint("bom")\n' >bom.$language
  run "byte order mark, $language" 0 "$wick" bom.$language
  out_is bom
  printf 'print("one")\r\nprint("two")\r\n' >dos.$language
  run "line ends of DOS, $language" 0 "$wick" dos.$language
  out_is $'one\ntwo'
  printf 'print("no line end")' >tail.$language
  run "no line end, $language" 0 "$wick" tail.$language
  out_is "no line end"
done

# From standard input.
echo 'print("from stdin", 10 / 4)' >text
run "standard input, Vint" 0 "$wick" --language vint - <text
out_is "from stdin 2.5"
run "standard input, Luma" 0 "$wick" --language=luma - <text
out_is "from stdin 2.5"
echo 'print(' >broken
run "standard input with a mistake" 65 "$wick" --language vint - <broken
err_has "<stdin>:"
run "a file whose language nobody knows" 64 "$wick" text
err_has ".luma or .vint"
run "the language said by an option" 0 "$wick" --language vint text
out_is "from stdin 2.5"

# Installed as luma and vint.
mkdir bin
ln -s "$wick" bin/wick
ln -s "$wick" bin/luma
ln -s "$wick" bin/vint
printf 'let xs = [1, 2]\nprint(xs:length())\n' >luma_text
run "called luma" 0 bin/luma luma_text
out_is 2
printf 'let xs = [1, 2]\nprint(len(xs))\n' >vint_text
run "called vint" 0 bin/vint vint_text
out_is 2
run "called luma, without arguments" 0 bin/luma
out_has "wick"

# As scripts, without an extension.
printf '#!/usr/bin/env vint\nprint("a script", args())\n' >script_vint
printf '#!/usr/bin/env luma\nprint("a script", process.args())\n' >script_luma
chmod +x script_vint script_luma
run "script, Vint" 0 env PATH="$work/bin:$PATH" ./script_vint one
out_is "a script [one]"
run "script, Luma" 0 env PATH="$work/bin:$PATH" ./script_luma one
out_is 'a script ["one"]'
run "a script's first line tells the language" 0 "$wick" script_vint
out_is "a script []"
finish
