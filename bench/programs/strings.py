import sys


def line_of(i):
    line = "line"
    for k in range(10):
        line += f" {i + k}"
    return line


def run(n):
    text = "\n".join([line_of(i) for i in range(n)])
    parts = []
    words = 0
    for line in text.split("\n"):
        pieces = line.split(" ")
        words += len(pieces)
        parts.append("-".join(pieces))
    return f"{words} {len(text)} {len(','.join(parts))}"


print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 100000))
