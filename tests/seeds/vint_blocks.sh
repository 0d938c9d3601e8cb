#!/usr/bin/env bash
# Every block of vint-async.md, taken from the document, does what the document says (async.md 7).
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
. "$here/support/blocks.sh"
document=$here/vint-async.md

# shows NUMBER OUTPUT: the block runs as it stands and prints exactly this.
shows() {
  block "$document" javascript "$1" >"$work/block$1.vint"
  run "block $1" 0 "$wick" "$work/block$1.vint"
  out_is "$2"
  err_is_empty
}

[ "$(count_blocks "$document" javascript)" = 9 ] || fail "the document has 9 blocks"

shows 1 "Result: Data from https://api.example.com"
shows 2 "Processed: my data"
shows 3 "This runs in the main thread
This runs in a goroutine
This also runs concurrently"
shows 4 ""
shows 6 "Received: Item 1 Item 2 Item 3"
shows 7 "Final result: Processed: data"
shows 8 "Result: Success!"
shows 9 "All tasks done: Task 1 complete Task 2 complete Task 3 complete"

# Block 5 goes on with the channel of block 4. Alone it does not know `ch`.
block "$document" javascript 5 >"$work/block5.vint"
run "block 5 alone" 65 "$wick" "$work/block5.vint"
err_has "ch"

# Together, with room for one value, the message comes back out of the channel.
{
  sed 's/^let ch = chan$/let ch = chan(1)/' "$work/block4.vint"
  cat "$work/block5.vint"
} >"$work/blocks45.vint"
grep -q '^let ch = chan(1)$' "$work/blocks45.vint" || fail "block 4 no longer declares ch as expected"
run "blocks 4 and 5 with room for one value" 0 "$wick" "$work/blocks45.vint"
out_is ""
err_is_empty
echo 'print(message)' >>"$work/blocks45.vint"
run "the message of blocks 4 and 5" 0 "$wick" "$work/blocks45.vint"
out_is "Hello"
err_is_empty

# Without room nobody ever receives: not a hang, but a report.
cat "$work/block4.vint" "$work/block5.vint" >"$work/stuck.vint"
run "blocks 4 and 5 without room" 2 "$wick" "$work/stuck.vint"
err_has "deadlock"
err_has "waits to send on `ch`"

finish
