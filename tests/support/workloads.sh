# workloads.sh - the programs of bench/programs at sizes that take no time, for the tests
#
#   list_small      "LOAD SIZE" for each workload that has a program; fails the test for one without a size here
#   agree LOAD SIZE COMMAND_OF …   each runner of LOAD prints what the program in Luma prints
. "$here/../../bench/runners.sh"
cd "$here/../../bench/programs" || exit 1

small_sizes="hello: fib:12 loop:1000 nbody:20 mandelbrot:12 spectral:10 calls:100 trees:3 sort:500 strings:50 dict:300
  sparse:300 json_text:20 spawn:50 parked:50 settled:100 pingpong:50 buffered:1000 select8:40 fanin:2 ring:2 sieve:20
  sleepers:20 http:64 cancel:50 pairs:40 woken:50 live:200"

list_small() {
  local load pair
  for load in $(printf '%s\n' *.luma *.vint | sed 's/\..*//' | sort -u); do
    pair=$(printf '%s\n' $small_sizes | grep "^$load:") || fail "$load has no small size in tests/support/workloads.sh"
    [ -z "$pair" ] || echo "$load ${pair#*:}"
  done
}

# agree LOAD SIZE PATTERN: the runners whose name matches PATTERN. Counts them in $agreed.
agree() {
  local load=$1 size=$2 pattern=$3 name command wanted
  # shellcheck disable=SC2086
  wanted=$("$wick" "$load.luma" $size 2>&1) || fail "$load.luma: $wanted"
  [ -n "$wanted" ] || fail "$load.luma prints nothing"
  while IFS=$'\t' read -r name command <&3; do
    [[ $name =~ $pattern ]] || continue
    # shellcheck disable=SC2086
    run "$load with $name" 0 $command $size
    out_is "$wanted"
    err_is_empty
    agreed=$((agreed + 1))
  done 3< <(list_runners "$load")
}
