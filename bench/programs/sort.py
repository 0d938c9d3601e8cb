import functools
import sys


def random_numbers(n):
    numbers = []
    seed = 42
    for _ in range(n):
        seed = seed * 16807 % 2147483647
        numbers.append(seed)
    return numbers


numbers = random_numbers(int(sys.argv[1]) if len(sys.argv) > 1 else 300000)
numbers.sort(key=functools.cmp_to_key(lambda a, b: a - b))
print(numbers[0], numbers[len(numbers) // 2], numbers[-1])
