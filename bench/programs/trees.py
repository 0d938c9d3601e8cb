import sys


class Tree:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def make(depth):
    if depth == 0:
        return Tree(None, None)
    return Tree(make(depth - 1), make(depth - 1))


def count(tree):
    if tree.left is None:
        return 1
    return 1 + count(tree.left) + count(tree.right)


depth = int(sys.argv[1]) if len(sys.argv) > 1 else 16
long_lived = make(depth + 2)
total = sum(count(make(depth)) for _ in range(20))
print(total, count(long_lived))
