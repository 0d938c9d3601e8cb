#!/usr/bin/env bash
# A proxy of the environment is asked for what is elsewhere, never for this machine, also by the same handle in turn.
. "$(dirname "$0")/../../support/check.sh"
cd "$work"
cat >server.vint <<'END'
import http
let server = http.serve(0, func(req) { return "asked for " + req["target"] })
print(server.url)
END
start_server server.vint
cat >main.vint <<END
import net
for i in 1..2 {
    print(net.get("$server_url/here"))
    print(net.get("http://elsewhere.invalid/there"))
}
END
run "behind a proxy" 0 env http_proxy="$server_url" no_proxy= "$wick" main.vint
out_is "asked for /here
asked for http://elsewhere.invalid/there
asked for /here
asked for http://elsewhere.invalid/there"
finish
