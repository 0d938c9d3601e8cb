#!/usr/bin/env bash
# Whatever the source is like, the process ends by itself with a status of its own (async.md 1.5, 6.5).
. "$(dirname "$0")/../support/check.sh"
cd "$work" || exit 1

# many TEXT COUNT
many() { awk -v text="$1" -v count="$2" 'BEGIN { for (i = 0; i < count; i++) printf "%s", text }'; }

# survives NAME FILE: runs it or refuses it, but neither crashes nor hangs.
survives() {
  LIMIT=30 run "$1" any "$wick" "$2"
  case $status in
    0 | 1 | 65) ;;
    *) fail "$1: exit status $status, expected 0, 1 or 65; stderr: $(head -c 300 "$work/err")" ;;
  esac
}

for language in luma vint; do
  { printf 'let x = '; many '[' 10000; } >brackets.$language
  run "10,000 open brackets, $language" 65 "$wick" brackets.$language
  { printf 'let x = '; many '[' 10000; many ']' 10000; echo; } >nested.$language
  run "10,000 nested brackets, $language" 65 "$wick" nested.$language
  err_has "nested"
  { printf 'let x = '; many '(' 100000; printf 1; many ')' 100000; } >parentheses.$language
  survives "100,000 parentheses, $language" parentheses.$language
  { printf 'let x = '; many '- ' 100000; echo 1; } >minus.$language
  survives "100,000 signs, $language" minus.$language
  { printf 'let x = 1'; many ' + 1' 300000; echo; echo 'print(x)'; } >sum.$language
  survives "a sum of 300,001 terms, $language" sum.$language
  { printf 'let x = "'; many 'a' 1000000; printf '"\nprint("read")\n'; } >line.$language
  run "a line of 1 MB, $language" 0 "$wick" line.$language
  out_is "read"
  { printf 'let x = '; many 'abcdefghij' 100000; echo; } >name.$language
  run "a name of 1 MB, $language" 65 "$wick" name.$language
  [ "$(wc -c <"$work/err")" -lt 4000000 ] || fail "the message about a long name is longer than the file"
  { printf 'let x = f'; many '.a' 100000; echo; } >fields.$language
  survives "100,000 fields in a row, $language" fields.$language
  many ')' 100000 >closers.$language
  run "100,000 closing parentheses, $language" 65 "$wick" closers.$language
  [ "$(wc -l <"$work/err")" -lt 2000 ] || fail "$language: $(wc -l <"$work/err") lines about closing parentheses"
  many $'print(1)\n' 20000 >long.$language
  run "20,000 statements, $language" 0 "$wick" long.$language
done

{ many 'if true do ' 20000; many 'end ' 20000; } >ifs.luma
survives "20,000 nested ifs, luma" ifs.luma
{ printf 'if false do 1\n'; many $'else if false do 1\n' 20000; echo end; } >chain.luma
survives "20,000 else ifs, luma" chain.luma
{ printf 'let s = '; many '"${' 5000; printf 1; many '}"' 5000; echo; } >interpolation.luma
survives "5,000 nested interpolations, luma" interpolation.luma
{ printf 'let f: '; many 'List(' 50000; printf Number; many ')' 50000; echo ' = 1'; } >types.luma
survives "50,000 nested types, luma" types.luma
{ many 'if (true) { ' 20000; many '} ' 20000; } >ifs.vint
survives "20,000 nested ifs, vint" ifs.vint
{ many 'func() { ' 20000; many '} ' 20000; } >functions.vint
survives "20,000 nested functions, vint" functions.vint

# Random bytes and cut-off programs.
for number in 1 2 3 4 5 6 7 8; do
  for language in luma vint; do
    awk -v seed="$number" 'BEGIN { srand(seed); for (i = 0; i < 3000; i++) printf "%c", 32 + int(rand() * 95) }' \
      >random.$language
    survives "random text $number, $language" random.$language
  done
done
finish
