#!/usr/bin/env bash
# What each of Luma's modules takes from outside is a step of a recording: the replay, without the files, the
# input and the children, prints the same.
. "$(dirname "$0")/../support/check.sh"
cd "$work"
cat >fs.luma <<'P'
let dir = fs.makeTemporary("wick-"):unwrap()
print(dir, fs.write("${dir}/a", "x${time.now()}"), fs.read("${dir}/a"), fs.info("${dir}/a"), fs.list(dir))
print(await fs.async.append("${dir}/a", "y"), await fs.async.lines("${dir}/a"), fs.exists("${dir}/b"))
print(await fs.async.copy("${dir}/a", "${dir}/b"), fs.readBytes("${dir}/b"), fs.read("/no/such"))
print(await fs.async.removeAll(dir), await fs.async.exists(dir))
P
cat >os.luma <<'P'
print(os.hostname(), os.arch(), os.cpuCount(), os.homedir(), os.tmpdir(), os.currentDir(), os.getEnv("HOME"))
print(os.setEnv("A", "b"), os.changeDir("/"), os.changeDir("/no/such"), os.currentDir())
P
cat >process.luma <<'P'
print(process.pid(), process.env(), process.args())
print(await process.shell("date +%N; echo $$ >&2"), await process.run("no-such-program"))
let slow = process.shell("sleep 5")
await sleep(20)
cancel(slow, "no more")
print(await slow)
P
cat >io.luma <<'P'
let io = import("std:io")
print(await io.read_line(), await io.read_line(), await io.read_line())
P
cat >time.luma <<'P'
print(time.now(), time.clock(), time.iso(), time.parts(), time.format(time.now(), "15:04:05.000 MST", "Europe/Vienna"))
P
cat >random.luma <<'P'
print(random.int(0, 1e9), random.float(), random.shuffle(range(9)), random.uuid(), random.string(9))
P
for name in fs os process io time random; do
  "$wick" --record rec $name.luma >first < <(printf 'one\ntwo\n') || fail "$name: the recording failed"
  env -i "$wick" replay rec >second </dev/null || fail "$name: the replay failed"
  cmp -s first second || fail "$name printed something else: $(diff first second)"
  grep -q . first || fail "$name printed nothing"
done
finish
