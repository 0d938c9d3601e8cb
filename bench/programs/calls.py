import sys


class Counter:
    def __init__(self):
        self.n = 0

    def add(self, k):
        self.n += k
        return self.n


def adder(k):
    return lambda x: x + k


def run(times):
    counter = Counter()
    add = adder(1)
    total = 0
    for _ in range(times):
        counter.add(1)
    for _ in range(times):
        total = add(total)
    print(counter.n, total)


run(int(sys.argv[1]) if len(sys.argv) > 1 else 10000000)
