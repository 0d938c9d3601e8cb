import sys


def run(n):
    ages = {}
    for i in range(n):
        ages[f"key {i}"] = i
    total = 0
    for i in range(n):
        total += ages[f"key {n - 1 - i}"]
    return total


print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1000000))
