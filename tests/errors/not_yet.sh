#!/usr/bin/env bash
# What this version does not have is refused before the run, with a message that names it and its place.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

# refused LANGUAGE NAME PROGRAM: the first line on stderr must have NAME.
refused() {
  printf '%s\n' "$3" >program.$1
  run "$1: $2" 65 "$wick" program.$1
  head -1 "$work/err" | grep -qF -- "$2" || fail "$name: the message does not name it: $(head -1 "$work/err")"
  err_has "program.$1:"
  out_is_empty
}

for module in yaml xml email term sysinfo clipboard make jwt excel llm openai sqlite mysql postgres redis vintSocket \
  vintChart; do
  refused vint "the module \`$module\` of Vint's library is not supported yet" "import $module"
  refused vint "the module \`$module\` of Vint's library is not supported yet" "let m = import(\"$module\")"
done
# A name that is computed, when it runs.
echo 'let load = func(name) { return import(name) }
load("yaml")' >program.vint
run "a computed name" 1 "$wick" program.vint
err_has "ImportError: the module \`yaml\` of Vint's library is not supported yet"
finish
