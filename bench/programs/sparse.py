import sys


def run(n):
    places = {}
    key = 1
    for i in range(n):
        places[key] = i
        key = key * 48271 % 2147483647
    total = 0
    key = 1
    for _ in range(n):
        total += places[key]
        key = key * 48271 % 2147483647
    return total


print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1000000))
