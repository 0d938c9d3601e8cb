import math
import sys


def a(i, j):
    return 1 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v):
    n = len(v)
    return [sum(a(i, j) * v[j] for j in range(n)) for i in range(n)]


def times_transposed(v):
    n = len(v)
    return [sum(a(j, i) * v[j] for j in range(n)) for i in range(n)]


def norm(n):
    u = [1.0] * n
    for _ in range(10):
        v = times_transposed(times(u))
        u = times_transposed(times(v))
    uv = sum(x * y for x, y in zip(u, v))
    vv = sum(x * x for x in v)
    return math.sqrt(uv / vv)


print(math.floor(norm(int(sys.argv[1]) if len(sys.argv) > 1 else 500) * 1000000000))
