# check.sh - what the shell tests share: run a command, look at what came of it, say what is wrong
#
#   run NAME STATUS COMMAND …   runs it with a time limit; NAME begins every message about it
#   out_is TEXT   out_has TEXT   out_is_empty   err_has TEXT   err_lacks TEXT   err_is_empty
#   lines COUNT FORMAT          prints FORMAT so often, with 0, 1, … in place of each &
#   fail MESSAGE                a check of one's own that did not hold
#   start_server FILE …         a program that prints its URL first and then serves: $server_url
#   finish                      the script's exit status
#
# $work is a folder of this test alone. WICK is the program under test.
set -uo pipefail
wick=${WICK:?WICK must be the path of the wick program}
work=$(mktemp -d)
failures=0
children=()

# A subshell that is killed runs the trap too: then it is not its business.
clean_up() {
  [ "$BASHPID" = "$$" ] || return
  local pid
  for pid in ${children[@]+"${children[@]}"}; do kill "$pid" 2>/dev/null; done
  rm -rf "$work"
}
trap clean_up EXIT

fail() {
  failures=$((failures + 1))
  printf 'failed: %s\n' "$*"
}

run() {
  name=$1
  local wanted=$2
  shift 2
  timeout -k 2 "${LIMIT:-20}" "$@" >"$work/out" 2>"$work/err"
  status=$?
  [ "$wanted" = any ] || [ "$status" = "$wanted" ] ||
    fail "$name: exit status $status, expected $wanted; stderr: $(head -c 600 "$work/err")"
}

out_is() { [ "$(cat "$work/out")" = "$1" ] || fail "$name: printed '$(head -c 400 "$work/out")', expected '$1'"; }
out_has() { grep -qF -- "$1" "$work/out" || fail "$name: the output lacks '$1': $(head -c 400 "$work/out")"; }
out_is_empty() { [ ! -s "$work/out" ] || fail "$name: unexpected output: $(head -c 400 "$work/out")"; }
err_has() { grep -qF -- "$1" "$work/err" || fail "$name: stderr lacks '$1': $(head -c 600 "$work/err")"; }
err_lacks() { ! grep -qF -- "$1" "$work/err" || fail "$name: stderr has '$1': $(head -c 600 "$work/err")"; }
err_is_empty() { [ ! -s "$work/err" ] || fail "$name: unexpected on stderr: $(head -c 600 "$work/err")"; }

lines() { seq 0 $(($1 - 1)) | sed "s/.*/$2/"; }

start_server() {
  : >"$work/server_out" # there before the server is, so that it can be read at once
  "$wick" "$@" >"$work/server_out" 2>"$work/server_err" &
  server_pid=$!
  children+=("$server_pid")
  local tries=0
  server_url=""
  while [ -z "$server_url" ] && [ $tries -lt 100 ]; do
    sleep 0.05
    server_url=$(head -1 "$work/server_out")
    tries=$((tries + 1))
  done
  [ -n "$server_url" ] || fail "the server did not start: $(head -c 600 "$work/server_err")"
}

finish() {
  [ "$failures" -eq 0 ] && exit 0
  echo "$failures checks failed"
  exit 1
}
