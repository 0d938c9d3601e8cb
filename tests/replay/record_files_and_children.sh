#!/usr/bin/env bash
# Files, children, the input, the process's surroundings and what chance draws are steps of a recording:
# the replay asks none of them and prints the same.
. "$(dirname "$0")/../support/check.sh"
cd "$work"
cat >a.vint <<'P'
import os, shell, crypto, path, time
let dir = os.mkdirTemp("", "wick-*")
print(dir, os.getpid(), os.hostname(), time.now())
let file = path.join(dir, "a")
os.writeFile(file, "x" + crypto.randomBytes(4))
print(os.readFile(file), os.readDir(dir), os.stat(dir), open(file).size())
print(shell.run("date +%N; echo $$"), os.environ().length(), os.getEnv("HOME"), os.getwd(), shell.exists("sh"))
try { os.run("/no/such") } catch (e) { print(e) }
print("[" + input() + "]", input())
print(crypto.encryptAES("t", "0123456789abcdef"), crypto.generateRSA(1024)["publicKey"].len())
let slow = (async func() { return shell.run("sleep 5") })()
sleep(20)
cancel(slow, "no more")
os.removeAll(dir)
P
printf 'one\ntwo\n' | "$wick" --record rec a.vint >first || fail "the recording failed"
"$wick" replay rec >second </dev/null || fail "the replay failed"
cmp -s first second || fail "printed something else: $(diff first second)"
finish
