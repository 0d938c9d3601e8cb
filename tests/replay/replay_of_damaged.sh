#!/usr/bin/env bash
# Whatever is in the file, a replay ends by itself: with the recorded output, or with a message and a status.
. "$(dirname "$0")/../support/check.sh"
cd "$work"

cat >prog.luma <<'END'
let server = http.serve(0, fn(req) do { body = req.path, headers = { kind = "test" } } end)
for i in range(5) do
  let answer: Response = await http.get("${server.url}/${i}")
  print(answer.body, answer.headers["kind"], time.now() > 0)
  await sleep(1)
end
server:close()
END
run "recorded" 0 "$wick" run --record rec prog.luma
cp "$work/out" first
size=$(stat -c %s rec)

ends_well() { # NAME: replays `cut`
  run "$1" any "$wick" replay cut
  case $status in
    0) cmp -s first "$work/out" || fail "$name: fine, but printed something else" ;;
    66 | 70 | 71) err_has "error: " ;;
    *) fail "$name: status $status: $(head -c 300 "$work/err")" ;;
  esac
  [ "$(wc -l <"$work/err")" -lt 12 ] || fail "$name: says too much"
}
for length in $(seq 0 29 "$size") $((size - 1)); do
  head -c "$length" rec >cut
  ends_well "cut at $length"
  [ "$status" = 71 ] || fail "$name: status $status"
done
for i in $(seq 1 100); do
  cp rec cut
  at=$((i * 7919 % size))
  printf "\\x$(printf %02x $((i * 37 % 256)))" | dd of=cut bs=1 seek=$at conv=notrunc 2>/dev/null
  ends_well "byte $at replaced"
done
cat rec rec >cut
ends_well "twice"
head -c 3000 /dev/urandom >cut
ends_well "noise"
: >cut
run "empty" 71 "$wick" replay cut
err_has "is no recording"
{ printf 'wickrec\002'; tail -c +9 rec; } >cut
run "another version" 71 "$wick" replay cut
err_has "another format"
run "a program" 71 "$wick" replay prog.luma
err_has "is no recording; \`wick run --record FILE\` makes one"
run "a folder" 71 "$wick" replay .
run "nothing there" 66 "$wick" replay missing
err_has "cannot read missing"
run "cannot be made" 66 "$wick" run --record /nowhere/rec prog.luma
err_has "cannot record into /nowhere/rec"
out_is_empty
run "a full disk" 1 "$wick" run --record /dev/full prog.luma
err_has "the recording /dev/full is not complete"
[ "$(wc -l <"$work/out")" = 5 ] || fail "a run that cannot be recorded is not run"
finish
