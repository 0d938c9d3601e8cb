#!/usr/bin/env bash
# Output is never lost, and a reader that goes away ends the program quietly (async.md 6.6).
. "$(dirname "$0")/../support/check.sh"
cd "$work" || exit 1

printf 'let n = 0\nwhile (true) { print("line", n); n = n + 1 }\n' >endless.vint
printf 'var n = 0\nwhile true do\n  print("line", n)\n  n = n + 1\nend\n' >endless.luma
printf 'let n = 0\nwhile (true) { print("line", n); n = n + 1; sleep(1) }\n' >slow.vint
for file in endless.vint endless.luma slow.vint; do
  timeout -k 2 20 "$wick" $file 2>err | head -1 >out
  status=${PIPESTATUS[0]}
  name="$file | head -1"
  out_is "line 0"
  err_is_empty
  [ "$status" -lt 124 ] || fail "$name: exit status $status"
done

# A stdout that is closed from the start, and a full disk, are no crash.
echo 'print("x")' >hello.vint
timeout -k 2 20 "$wick" hello.vint >&- 2>err
[ $? -lt 124 ] || fail "closed stdout"
if [ -w /dev/full ]; then
  timeout -k 2 20 "$wick" endless.vint >/dev/full 2>err
  [ $? -lt 124 ] || fail "full disk"
fi

# What was printed before a failure is there, and before what stderr says.
printf 'print("before")\nthrow "no"\n' >failing.vint
timeout 20 "$wick" failing.vint >both 2>&1
name="a failing program"
[ "$(head -1 both)" = before ] || fail "output before the error: $(head -c 300 both)"
printf 'print("before")\nreceive(chan)\n' >stuck.vint
timeout 20 "$wick" stuck.vint >both 2>&1
[ "$(head -1 both)" = before ] || fail "output before the deadlock: $(head -c 300 both)"
printf 'write("half a line")\nexit(3)\n' >half.vint
run "half a line and exit" 3 "$wick" half.vint
out_is "half a line"

# All of a lot.
printf 'for i in 1..200000 { print(i) }\n' >lot.vint
run "200,000 lines" 0 "$wick" lot.vint
[ "$(wc -l <out)" = 200000 ] || fail "200,000 lines: $(wc -l <out) arrived"
[ "$(tail -1 out)" = 200000 ] || fail "200,000 lines: the last is $(tail -1 out)"
{ printf 'let s = "'; head -c 3000000 /dev/zero | tr '\0' x; printf '"\nprint(s)\n'; } >wide.vint
timeout 20 "$wick" wide.vint | { sleep 0.2; wc -c; } >count
[ "$(tr -d ' ' <count)" = 3000001 ] || fail "3 MB through a slow pipe: $(cat count)"
finish
