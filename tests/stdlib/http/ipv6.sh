#!/usr/bin/env bash
# An application listens for IPv4 and IPv6; http.serve where it is told to. The client asks either.
. "$(dirname "$0")/../../support/check.sh"
cd "$work"
cat >app.vint <<'END'
import http, net, os
include "ask.vint"
let port = 10000 + os.getpid() % 22000
http.get("/", func(req, res) { return req.ip() + " " + string(req.remoteAddr().startsWith("[")) })
go http.listen(port, "up")
yield()
ask("127.0.0.1:" + string(port))
ask("[::1]:" + string(port))
ask("localhost:" + string(port))
exit(0)
END
cat >serve.vint <<'END'
import http, net
include "ask.vint"
for host in ["*", "::", "::1", "0.0.0.0"] {
    let server = http.serve(0, func(req) { return "by " + host }, {"host": host})
    print(server.url.replace(string(server.port), "PORT"), net.get(server.url))
    ask("127.0.0.1:" + string(server.port))
    server.close()
}
END
cat >ask.vint <<'END'
import net
let ask = func(host) {
    try { print(net.get("http://" + host + "/")) } catch (err) { print("nobody") }
}
END
if ! grep -q '^0*1 .* lo$' /proc/net/if_inet6 2>/dev/null; then
  run "an application without IPv6" 0 "$wick" app.vint
  out_is "up
127.0.0.1 false
nobody
127.0.0.1 false"
  finish
  exit
fi
run "an application" 0 "$wick" app.vint
sed -n 4p "$work/out" | grep -Eqx '::1 true|127\.0\.0\.1 false' || fail "localhost: $(cat "$work/out")"
[ "$(head -n 3 "$work/out")" = "$(printf 'up\n127.0.0.1 false\n::1 true')" ] || fail "it said $(cat "$work/out")"
run "servers" 0 "$wick" serve.vint
out_is "http://127.0.0.1:PORT by *
by *
http://[::1]:PORT by ::
by ::
http://[::1]:PORT by ::1
nobody
http://127.0.0.1:PORT by 0.0.0.0
by 0.0.0.0"
finish
