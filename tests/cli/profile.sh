#!/usr/bin/env bash
# wick profile charges processor time to fibers, lines, built-ins and the collector, and writes it down.
. "$(dirname "$0")/../support/check.sh"
cd "$work" || exit 1
unset WICK_GC_STRESS # all the time would go to the collector

# Microseconds of the stacks that contain all the given texts.
us_of() {
  local text lines
  lines=$(cat run.profile.folded)
  for text in "$@"; do lines=$(grep -F -- "$text" <<<"$lines"); done
  awk '{ sum += $NF } END { print sum + 0 }' <<<"$lines"
}
# most_of PERCENT TEXT …: these stacks have at least so much of all.
most_of() {
  local percent=$1 part all
  shift
  part=$(us_of "$@")
  all=$(us_of " ")
  [ $((part * 100)) -ge $((all * percent)) ] ||
    fail "$name: '$*' has $part of $all us, expected $percent %: $(head -c 900 run.profile.folded)"
}

# A time is the line's that used it, also where the expensive line is neither the loop's nor the call's.
cat >run.vint <<'END'
let busy = func(n) {
  let sum = 0
  for i in 0..n {
    let a = i + 1
    sum += (a * a % 7 + a % 13 + a % 3) * (a % 5) + (a * 3 % 11) * (a * 7 % 17)
    let b = sum
  }
  return sum
}
let t = async func() { return busy(1500000) }
print(await t())
END
run "by line" 0 "$wick" profile run.vint
most_of 60 "fibers started at run.vint:11" "busy (run.vint:5)"
err_has "by line, with the built-ins it calls:"
err_has "busy (run.vint:5)  sum += (a * a % 7"
err_has "written to run.profile.svg and run.profile.folded"
out_has "2"
[ "$(head -c 4 run.profile.svg)" = "<svg" ] && [ "$(tail -1 run.profile.svg)" = "</svg>" ] ||
  fail "by line: run.profile.svg is no picture"

# A built-in is a frame of its own below the line that calls it; one that calls back has both times.
cat >run.luma <<'END'
let text = "the quick brown fox jumps over the lazy dog ":repeat(3000)
var total = 0
for i in range(0, 200) do
  total = total + text:split(" "):length()
end
print(total)
END
run "built-ins" 0 "$wick" profile run.luma
most_of 40 "main fiber" "main (run.luma:4)" "String.split"
err_has "by built-in:"
cat >run.luma <<'END'
let xs = []
for i in range(0, 400000) do xs:push((i * 7919) % 400009) end
let sorted = xs:sort(fn(a, b) do return a < b end)
print(sorted:length())
END
run "callbacks" 0 "$wick" profile run.luma
most_of 50 "main (run.luma:3);List.sort"

# What is allocated and dropped shows what the collector took, at the line that caused it.
cat >run.vint <<'END'
let keep = []
for i in 0..200000 { keep.push([i, [i]]) }
for i in 0..2000000 { keep[i % 200000] = [i, [i]] }
print(len(keep))
END
run "collector" 0 "$wick" profile run.vint
most_of 2 "(collector)"

# Waiting is no processor time; the status, the arguments and what is written are the program's.
cat >run.vint <<'END'
sleep(300)
print(args())
exit(3)
END
run "waiting" 3 "$wick" profile --output run.profile run.vint a b
out_has '[a, b]'
[ "$(us_of ' ')" -lt 200000 ] || fail "waiting: $(cat run.profile.folded)"
cat >run.vint <<'END'
throw "no"
END
run "an error" 1 "$wick" profile run.vint
err_has "profile:"
[ -e run.profile.svg ] || fail "an error: no picture"

# Deep recursion: the part that is left out is said.
cat >run.luma <<'END'
fn down(n: Number): Number do
  if n == 0 do
    var sum = 0
    for i in range(0, 3000000) do sum = sum + i % 7 end
    return sum
  end
  return 1 + down(n - 1)
end
print(down(5000))
END
run "deep" 0 "$wick" profile run.luma
most_of 50 "main fiber;(deeper);" "down (run.luma:4)"

run "no file" 64 "$wick" profile
err_has "profile needs a file"
run "no rate" 64 "$wick" profile --rate 0 run.luma
err_has "--rate needs a number of looks a second from 1 to 10000, not 0"
run "no such folder" 1 "$wick" profile --output no/such run.luma
err_has "cannot write the profile to no/such.svg"
echo 'let x = ' >bad.luma
run "bad source" 65 "$wick" profile bad.luma
[ ! -e bad.profile.svg ] || fail "bad source: a picture of nothing"
err_lacks "profile:"
finish
