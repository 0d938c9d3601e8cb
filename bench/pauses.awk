# One row of bench/pauses from what a run has printed: its own lines about pauses, and at the end what measure.c says.
# Variables: load, name. Times are in milliseconds.

# "gc 3 @0.05s 4%: 0.018+1.2+0.003 ms clock, …": the world stands in the first and the last of the three.
/^gc [0-9]+ @/ {
  split($5, phases, "+")
  add(phases[1])
  add(phases[3])
}

# "[1:0x1]   36 ms: Scavenge 2.5 (4.1) -> 2.1 (5.1) MB, 0.61 / 0.00 ms  (…)", and of the others perhaps
# "… (+ 12.1 ms in 40 steps since start of marking, biggest step 1.3 ms, …".
/ ms: (Scavenge|Mark-sweep|Mark-Compact|Mark-compact)/ {
  if (match($0, / MB, [0-9.]+ \//)) add(substr($0, RSTART + 5, RLENGTH - 7))
  if (match($0, /\(\+ [0-9.]+ ms in [0-9]+ steps/)) {
    split(substr($0, RSTART + 3, RLENGTH), steps, " ")
    if (match($0, /biggest step [0-9.]+/)) add_steps(steps[1], steps[4], substr($0, RSTART + 13, RLENGTH - 13))
  }
}

# One line of JSON, of whole numbers.
/^\{"minor":/ {
  count = value("count")
  all = value("total_ns") / 1e6
  half = value("p50_ns") / 1e6
  most = value("p99_ns") / 1e6
  longest = value("max_ns") / 1e6
  is_known = 1
}

{ last = $0 }

function add(ms) {
  pauses[++count] = ms + 0
  all += ms
}

function add_steps(sum, steps, biggest,   i) {
  if (steps == 0) return
  add(biggest)
  for (i = 1; i < steps; i++) add((sum - biggest) / (steps - 1))
}

function value(key) {
  match($0, "\"" key "\":[0-9]+")
  return substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
}

# Heapsort would be faster; a run has thousands of pauses, not millions, and shell sort does for those.
function sort(n,   gap, i, j, v) {
  for (gap = int(n / 2); gap > 0; gap = int(gap / 2))
    for (i = gap + 1; i <= n; i++) {
      v = pauses[i]
      for (j = i; j > gap && pauses[j - gap] > v; j -= gap) pauses[j] = pauses[j - gap]
      pauses[j] = v
    }
}

function at(share,   i) {
  i = int(share * count)
  return pauses[i < share * count ? i + 1 : i]
}

END {
  if (!is_known && count > 0) {
    sort(count)
    half = at(0.5)
    most = at(0.99)
    longest = pauses[count]
  }
  split(last, cost, " ")
  printf "%-6s %-10s %8.2f %6d %8d %10.3f %10.3f %10.3f %9.1f\n", \
    load, name, cost[1], cost[2] / 1000, count, half, most, longest, all
}
