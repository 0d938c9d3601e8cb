#!/usr/bin/env bash
# Every block of luma-async.md, taken from the document, shows what async.md 7 asks of it.
#
# The blocks run against a real server on loopback, behind a prelude with the names that the document
# uses and does not define. Times are measured inside the programs.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
. "$here/support/blocks.sh"
document=$here/luma-async.md

[ "$(count_blocks "$document" luma)" = 7 ] || fail "the document has 7 blocks"
for number in 1 2 3 4 5 6 7; do block "$document" luma $number >"$work/block$number"; done

start_server "$here/support/server.luma"

# program NAME PART …: joins prelude and parts (files, or text after "+") to $work/NAME.luma.
program() {
  local file=$work/$1.luma part
  shift
  cat "$here/support/prelude.luma" >"$file"
  for part in "$@"; do
    case $part in
      +*) printf '%s\n' "${part#+}" >>"$file" ;;
      *) cat "$part" >>"$file" ;;
    esac
  done
}

# shows NAME OUTPUT: the program ends well, prints exactly this, and nothing but warnings is said.
shows() {
  run "$1" 0 "$wick" --base-url "$server_url" "$work/$1.luma"
  out_is "$2"
  err_lacks "error"
}

# refused NAME TEXT: the program is not run, and the diagnostic says TEXT.
refused() {
  run "$1" 65 "$wick" "$work/$1.luma"
  out_is_empty
  err_has "$2"
}

# takes NAME LOW HIGH: the program prints last how many milliseconds it took, in [LOW, HIGH). The machine may be
# busy with other tests, so it has five tries.
takes() {
  local try ms seen=""
  for try in 1 2 3 4 5; do
    run "$1" 0 "$wick" --base-url "$server_url" "$work/$1.luma"
    ms=$(tail -1 "$work/out")
    seen+=" $ms"
    awk -v ms="$ms" -v low="$2" -v high="$3" 'BEGIN { exit !(ms >= low && ms < high) }' && return
  done
  fail "$1: took$seen ms, expected from $2 to less than $3"
}

# The first request of a program also opens libcurl, which is not what is measured here.
start_clock='+let _ = await http.get("/nothing")
let started_at = time.clock()'
stop_clock='+print(time.clock() - started_at)'

# 1: accepted, with the warning that it is a stub; called, it rejects.
program block1 "$work/block1"
run "block 1" 0 "$wick" check "$work/block1.luma"
err_has "stub"
program block1_called "$work/block1" '+print((await Promise.result(fetchData("/x"))).err.message)'
shows block1_called "fetchData is not implemented"

# 2: the call's type is a promise, although the signature does not say so.
program block2 "$work/block2" \
  '+let promise: Promise(Result(User, Error)) = fetchUser("123")' \
  '+let found: Result(User, Error) = await promise' \
  '+print(found.ok.name, found.err)'
shows block2 "Ann null"
program block2_type "$work/block2" '+let wrong: Number = fetchUser("123")'
refused block2_type "Promise(Result(User, Error))"

# 3: `fn name`, async by its await and by its declared result, and by each of them alone.
real_fetch='+let fetchData = fn(url: String): Promise(String) do await http.get(url) end'
use='+let promise: Promise(Result(Data, Error)) = fetchAndProcess("/api/data1")
let outcome: Result(Data, Error) = await promise
print(outcome.ok.text, outcome.err)'
program block3 "$real_fetch" "$work/block3" "$use"
shows block3 '{"text":"first"} null'
sed 's/Promise(Result(Data, Error))/Result(Data, Error)/' "$work/block3" >"$work/block3_await"
program block3_by_await "$real_fetch" "$work/block3_await" "$use"
shows block3_by_await '{"text":"first"} null'
sed 's/await fetchData(id)/id/' "$work/block3" >"$work/block3_declared"
program block3_by_result "$work/block3_declared" "$use"
shows block3_by_result '/api/data1 null'

# 4: the sum of 150 and 250 ms.
program block4 "$start_clock" "$work/block4" '+print(data1.ok.status, data2.ok.status)' "$stop_clock"
run "block 4" 0 "$wick" --base-url "$server_url" "$work/block4.luma"
out_has "200 200"
takes block4 400 1500

# 5: the longer of the two.
program block5 "$start_clock" "$work/block5" '+print(data1.ok.status, data2.ok.status)' "$stop_clock"
run "block 5" 0 "$wick" --base-url "$server_url" "$work/block5.luma"
out_has "200 200"
takes block5 250 287.5

# 6: the right side of the Result, whatever happens.
look='+let outcome: Result(User, Error) = await fetchUser("USER_ID")
if outcome.err != null do
  print("err", outcome.ok, outcome.err.kind)
else do
  print("ok", outcome.ok.name, outcome.err)
end'
look6() { echo "${look//USER_ID/$1}"; }
program block6_up "$work/block6" "$(look6 123)"
shows block6_up "ok Ann null"
program block6_404 "$work/block6" "$(look6 999)"
shows block6_404 "err null StatusError"
sed 's|http.get("/users/${id}")|http.get("/users/${id}", { timeout = 100 })|' "$work/block6" >"$work/block6_impatient"
grep -q 'timeout = 100' "$work/block6_impatient" || fail "block 6 no longer requests as expected"
program block6_slow "$work/block6_impatient" "$(look6 slow)"
shows block6_slow "err null TimeoutError"
run "block 6, connection refused" 0 "$wick" --base-url http://127.0.0.1:1 "$work/block6_up.luma"
out_is "err null NetworkError"
run "block 6, no base URL" 0 env -u WICK_BASE_URL "$wick" "$work/block6_up.luma"
out_is "err null ValueError"

# 7: users after 100 ms and posts after 200 ms together take 200 ms, and both are typed.
program block7 "$work/block7" \
  '+let name: String = user.name' \
  '+let title: String = posts[0].title' \
  '+print(name, title, posts:length())'
shows block7 "Ann First post 2"
program block7_field "$work/block7" '+print(posts[0].subject)'
refused block7_field "subject"
program block7_type "$work/block7" '+let wrong: Number = user.name'
refused block7_type "declared type Number, got String"
program block7_time "$start_clock" "$work/block7" "$stop_clock"
takes block7_time 200 230

# All seven as one program.
program all "$work"/block[1-7]
shows all ""
program all_typed "$work"/block[1-7] '+print(data1.ok.status, data2.ok.status, user.name, posts[1].title)'
shows all_typed "200 200 Ann Second post"

# 6 again, with a server that has gone away.
kill "$server_pid"
wait "$server_pid" 2>/dev/null
shows block6_up "err null NetworkError"

finish
