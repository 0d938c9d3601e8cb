#!/usr/bin/env bash
# How deep a program may be nested: 999 and 1,000 levels are read and run, 1,001 are an error (async.md 1.5).
. "$(dirname "$0")/../support/check.sh"
cd "$work"

# many TEXT COUNT
many() { awk -v text="$1" -v count="$2" 'BEGIN { for (i = 0; i < count; i++) printf "%s", text }'; }

# nested LANGUAGE NAME BEGIN OPEN MIDDLE CLOSE
nested() {
  local count
  for count in 999 1000 1001; do
    { printf '%s' "$3"; many "$4" $count; printf '%s' "$5"; many "$6" $count; printf '\nprint("read")\n'; } >deep.$1
    if [ $count -le 1000 ]; then
      run "$1: $count $2" 0 "$wick" deep.$1
      out_is read
    else
      run "$1: $count $2" 65 "$wick" deep.$1
      err_has "nested"
      err_has "1000 levels"
      out_is_empty
    fi
  done
}

for language in luma vint; do
  nested $language parentheses 'let x = ' '(' 1 ')'
  nested $language lists 'let x = ' '[' 1 ']'
  nested $language signs 'let x = ' '- ' 1 ''
done
nested luma tables 'let x = ' '{ a = ' 1 ' }'
nested luma ifs '' 'if true do ' '' 'end '
nested luma functions '' 'fn() do ' '1 ' 'end '
nested luma loops '' 'while false do ' '' 'end '
nested vint dicts 'let x = ' '{"a": ' 1 '}'
nested vint ifs '' 'if (true) { ' '' '} '
finish
