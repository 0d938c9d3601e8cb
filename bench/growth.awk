# The table of one workload of bench/growth, from lines "LOAD RUNNER FIBERS SECONDS KIBIBYTES" with tabs.
BEGIN { FS = "\t" }

NR == 1 { printf "\n%-14s %10s %10s %10s %12s %14s\n", $1, "fibers", "seconds", "peak KiB", "us a fiber", "bytes a fiber" }

# What is lost in the noise of the start counts as nothing.
function above(start, cost) { return cost > start ? cost - start : 0 }

$3 == 2 { seconds = $4; memory = $5; next }

{
  printf "  %-12s %10d %10.4f %10d %12.3f %14.0f\n", ($2 == last ? "" : $2), $3, $4, $5,
    above(seconds, $4) / ($3 - 2) * 1e6, above(memory, $5) / ($3 - 2) * 1024
  last = $2
}
