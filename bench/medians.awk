# Runs to medians: lines "LOAD RUNNER SECONDS KIBIBYTES" in, one line "LOAD RUNNER MEDIAN MIN MAX KIBIBYTES" for each
# load and runner out, in the order in which they first came. The memory is the median too. All with tabs.
BEGIN { FS = OFS = "\t" }

{
  key = $1 FS $2
  if (!(key in count)) order[++keys] = key
  n = ++count[key]
  seconds[key, n] = $3 + 0
  memory[key, n] = $4 + 0
}

# Puts values[key, 1 … n] in order; n is the number of rounds.
function sort(values, key, n,   i, j, v) {
  for (i = 2; i <= n; i++) {
    v = values[key, i]
    for (j = i - 1; j > 0 && values[key, j] > v; j--) values[key, j + 1] = values[key, j]
    values[key, j + 1] = v
  }
}

END {
  for (k = 1; k <= keys; k++) {
    key = order[k]
    n = count[key]
    sort(seconds, key, n)
    sort(memory, key, n)
    middle = int((n + 1) / 2)
    printf "%s\t%.6f\t%.6f\t%.6f\t%d\n", key, seconds[key, middle], seconds[key, 1], seconds[key, n], memory[key, middle]
  }
}
