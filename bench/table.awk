# The table of one workload, from the lines of medians.awk; -v reference=RUNNER is what the last column compares with.
BEGIN { FS = "\t" }

{
  name[NR] = $2
  median[NR] = $3
  spread[NR] = sprintf("%.4f – %.4f", $4, $5)
  memory[NR] = $6
  if (NR == 1 || $3 < best) best = $3
  if ($2 == reference) base = $3
}

NR == 1 {
  printf "\n%-14s %10s %s %10s %9s %9s\n", $1, "median s", pad("min – max"), "peak KiB", "to best", to_reference()
}

function to_reference(   word) {
  word = reference
  sub(/^wick /, "", word)
  return "to " word
}

END {
  for (i = 1; i <= NR; i++) {
    printf "  %-12s %10.4f %s %10d %8.2fx %9s\n", name[i], median[i], pad(spread[i]), memory[i],
      median[i] / best, base ? sprintf("%.2fx", median[i] / base) : "-"
  }
}

# To a width of 20 characters. Not by %20s: to some awks the dash is three of them.
function pad(text,   plain) {
  plain = text
  sub(/–/, "-", plain)
  return sprintf("%" (20 - length(plain)) "s", "") text
}
