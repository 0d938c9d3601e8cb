# From the lines of medians.awk: what Wick takes of the time of the two plain interpreters, as the geometric mean over
# the workloads that an interpreter's loop decides. Says nothing unless all of them were run.
BEGIN {
  FS = "\t"
  count = split("fib loop nbody mandelbrot calls", loads, " ")
  wanted = split("luajit -joff,lua 5.4", peers, ",")
}

{ median[$1, $2] = $3 }

function mean(language, peer,   i, sum) {
  for (i = 1; i <= count; i++) {
    if (!((loads[i], language) in median) || !((loads[i], peer) in median)) return 0
    sum += log(median[loads[i], language] / median[loads[i], peer])
  }
  return exp(sum / count)
}

END {
  for (p = 1; p <= wanted; p++) {
    luma = mean("wick luma", peers[p])
    vint = mean("wick vint", peers[p])
    if (!luma || !vint) continue
    if (!said++) printf "\ngeometric mean over fib, loop, nbody, mandelbrot, calls (below 1: Wick is faster)\n"
    printf "  to %-13s luma %.2fx, vint %.2fx\n", peers[p], luma, vint
  }
}
