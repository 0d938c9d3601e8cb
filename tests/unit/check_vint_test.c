// SPDX-License-Identifier: MIT
// check_vint_test.c - what the checker says of Vint programs: annotations, async, channels
#include "check_sample.h"

static const Sample ANNOTATIONS[] = {
    {"let n: int = \"one\"\n", "T012 1:14 Variable n: declared type int, got string"},
    {"let f: float = 5\nlet g: float64 = 1.5\n", ""},
    {"let n: int = 1.5\n", "T012 1:14 declared type int, got float"},
    {"let s: string = null\n", "T012 1:17 declared type string, got null"},
    {"let a: []int = null\nlet d: {string: int} = null\nlet e: error = null\nlet c: chan int = "
     "null\nlet x: any = null\n",
     ""},
    {"let a: []int = [1, \"a\"]\n",
     "T056 1:20 the elements are of type int: expected int, got string"},
    {"let d: {string: int} = {\"a\": 1, \"b\": \"x\"}\n", "T056 1:38 expected int, got string"},
    {"let n: int = 1\nn = \"x\"\n", "T001 2:5 target int, value string"},
    {"let n: Nope = 1\n", "T039 1:8 unknown type Nope"},
    {"func f(a: int, b: int = 2): int { return a + b }\nf(\"x\")\n",
     "T006 2:3 argument 1 expected int, got string"},
    {"func f(): int { return \"x\" }\n", "T002 1:24 expected int, got string"},
    {"func f(c): int { if (c) { return 1 } }\nfunc g(c): int { for v in c { return v } }\n",
     "V095 1:18 may end without a value\nV095 2:18 may end without a value"},
    {"let f: func(int) int = func(x) { return x }\n", ""},
    {"struct U { name: string, age: int = 5 }\nlet u = U(\"a\", 1)\nu.age = \"x\"\nlet v: U = "
     "5\nlet w: U = null\n",
     "T001 3:9 target int, value string\nT012 4:12 declared type U, got int"},
    {"struct U { name: string }\nlet u = U{name: 5}\n",
     "T044 2:17 Field name: declared type string, got int"},
    {"enum Color { RED = 1 }\nlet c: Color = Color.RED\nlet n: int = c\n", ""},
    {"type Id = int\nlet i: Id = \"x\"\n", "T012 2:13 declared type int, got string"},
};

// Nothing is written, so nothing is sure: all of these are left to the run.
static const Sample UNTYPED[] = {
    {"let x = 5\nx = \"now a string\"\nprint(x + 1)\nlet y = null\ny = [1]\ny.push(2)\n", ""},
    {"let a = [1, \"two\", null]\nlet s = a[0] + \"x\"\nlet d = {\"a\": 1, 2: \"b\"}\nd[\"z\"] = "
     "[]\n",
     ""},
    {"let r = 1 + \"a\"\nlet t = -\"a\"\nif (1) { print(2) }\nlet u = 1 && \"a\"\n", ""},
    {"let f = func(a) { return a }\nlet g = f(1) + f(\"x\")\nlet h = f(2).anything\n", ""},
    {"func f(a, b = 2) { return a }\nf(1)\nf(1, b = 3)\n", ""},
    {"let f = func() { return later }\nlet later = 1\nf()\n", ""},
    {"let fs = [func(x) { return x }]\nfs[0](1, 2)\n(func(x) { return x })(1, 2)\n", ""},
};

static const Sample CALLS[] = {
    {"func f(a, b) { return a }\nf(1)\n", "T004 2:1 expected 2 arguments, got 1: `b` is missing"},
    {"func f(a, b) { return a }\nf(1, 2, 3)\n", "T005 2:9 expected 2 arguments, got 3"},
    {"func f(a) { return a }\nf(c = 1)\n", "T007 2:3 no parameter is named `c`"},
    {"let five = 5\nfive()\n", "T010 2:1 Call expression requires a function, got int"},
};

#define ASYNC "let load = async func(x: int): string { return \"a\" }\n"

static const Sample ASYNC_SAMPLES[] = {
    {"await 5\n", "A001 1:7 await requires a Promise, got int"},
    {"func f(): int { return 1 }\nlet n = await f()\n", "A001 2:15 got int | not async"},
    {ASYNC "let n: int = await load(1)\n", "T012 2:14 declared type int, got string"},
    {ASYNC "let n = load(1) + \"x\"\n",
     "A003 2:9 `+` needs values, got (promise(string), string) | `await load(1)`"},
    {ASYNC "if (load(1)) { print(1) }\n",
     "A016 2:5 this condition is a promise(string), which is always true"},
    {ASYNC "load(1)\ngo load(2)\nlet p = load(3)\nlet s: string = await p\n", ""},
    {ASYNC "let k = await load(1)[\"k\"]\n", "A007 2:15 | `(await load(1))[…]`"},
    {ASYNC "load(1).foo()\nlet n = load(1).name\n",
     "A002 2:9 | `(await load(1)).foo(…)`\nA002 3:17"},
    {ASYNC "for v in load(1) { print(v) }\n", "A006 2:10"},
    {ASYNC "load()\nload(1, 2)\nload(\"x\")\n",
     "T004 2:1\nT005 3:9\nT006 4:6 expected int, got string"},
    {"let f = async func(a) { return a }\nlet n = (await f(1)) + 1\n", ""},
};

static const Sample CHANNELS[] = {
    {"let ch: chan int = chan\nsend(ch, \"s\")\nch.send(\"t\")\nsend(ch, 1)\n",
     "T053 2:10 the channel carries int: expected int, got string\nT053 3:9 expected int, got "
     "string"},
    {"let ch: chan int = chan(2)\nlet s: string = receive(ch)\n",
     "T012 2:17 declared type string, got int"},
    {"let ch = chan\nsend(ch, 1)\nsend(ch, \"a\")\nlet s: string = receive(ch)\nclose(ch)\n", ""},
    {"let n = 5\nsend(n, 1)\nreceive(n)\n",
     "T054 2:6 `send` needs a channel: expected chan, got int\nT054 3:9 `receive`"},
    {"let ch: chan int = chan\nselect {\n  case v = receive(ch) { let s: string = v }\n  case "
     "send(ch, \"q\") { print(1) }\n"
     "  case r = await 5 { print(r) }\n  case after(5) { print(2) }\n}\n",
     "T012 3:42 declared type string, got int\nT053 4:17 expected int, got string\nA001 5:18 got "
     "int"},
};

// The blocks of the seed, as they stand.
static const Sample SEED[] = {
    {"let fetchData = async func(url) {\n    return \"Data from \" + url\n}\nlet promise = "
     "fetchData(\"x\")\n"
     "let result = await promise\nprint(\"Result:\", result)\n",
     ""},
    {"go print(\"a\")\ngo print(\"b\")\nprint(\"c\")\n", ""},
    {"let ch = chan\nlet bufferedCh = chan(5)\n", ""},
    {"let dataChan = chan(3)\ngo func() {\n    send(dataChan, \"Item 1\")\n    "
     "close(dataChan)\n}()\n"
     "let item1 = receive(dataChan)\nprint(\"Received:\", item1)\n",
     ""},
    {"let work = async func(input) {\n    let resultChan = chan\n    go func() {\n"
     "        let processed = \"Processed: \" + input\n        send(resultChan, processed)\n    "
     "}()\n"
     "    let result = receive(resultChan)\n    return result\n}\nlet promise = work(\"data\")\n"
     "let result = await promise\nprint(\"Final result:\", result)\n",
     ""},
    {"let task1 = async func() { return \"Task 1 complete\" }\nlet p1 = task1()\nlet r1 = await "
     "p1\nprint(r1)\n",
     ""},
};

int main(void) {
  SAMPLES(DIALECT_VINT, ANNOTATIONS);
  SAMPLES(DIALECT_VINT, UNTYPED);
  SAMPLES(DIALECT_VINT, CALLS);
  SAMPLES(DIALECT_VINT, ASYNC_SAMPLES);
  SAMPLES(DIALECT_VINT, CHANNELS);
  SAMPLES(DIALECT_VINT, SEED);
  return check_done("check_vint");
}
