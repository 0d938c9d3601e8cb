#!/usr/bin/env bash
# When the collector found an object that has a __gc is a step of a recording: a replay finalises it in the same turn,
# though its own collector runs at other times.                                                     (luma.md 3.6, C 1.8)
. "$(dirname "$0")/../support/check.sh"
cd "$work"
cat >churn.luma <<'P'
let log = []
let Node = { n = Number, __gc = fn(self) do
  log:push(self.n)
  await yield()
  if self.n % 1000 == 0 do print("finalised", self.n) end
end }
fn burn(n: Number) do
  let node = cast(Node, { n = n, load = range(100) })
end
for n in range(60000) do
  burn(n)
  if n % 100 == 0 do await yield() end
  if n % 10000 == 0 do print(n, "after", log:length()) end
end
await sleep(5)
print(log:length() > 1000)
P
for options in "" --virtual-time --seed=7; do
  "$wick" run $options --record rec churn.luma >first || fail "the recording failed"
  grep -q finalised first || fail "nothing was finalised"
  "$wick" replay rec >second || fail "the replay failed"
  cmp -s first second || fail "$options: printed something else: $(diff first second | head -5)"
done

# The program collects where the recorded one did not.
sed -i 's/^  burn(n)$/  burn(n)\n  if n % 500 == 0 do import("std:gc").collect() end/' churn.luma
"$wick" replay --edited rec >second || fail "the edited replay failed"
cmp -s first second || fail "edited: printed something else: $(diff first second | head -5)"
finish
