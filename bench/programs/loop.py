import sys


def run(n):
    total = 0
    for i in range(n):
        total += i % 7
    return total


print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 30000000))
