#!/usr/bin/env bash
# wick help knows each name of the concurrency library, in both languages where it is in both.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/check.sh"
for word in lock Lock.new Lock.acquire Lock.try_acquire Lock.release Lock.with Lock.is_held semaphore Semaphore.new \
  Semaphore.acquire Semaphore.free wait_group WaitGroup.new WaitGroup.add WaitGroup.done WaitGroup.wait \
  WaitGroup.count once ticker debounce broadcast Broadcast.new \
  fiber_local FiberLocal.new yield; do
  run "help $word" 0 "$wick" help "$word"
  out_has "$word: "
done
finish
