import sys


def run(n, limit):
    total = 0
    for py in range(n):
        ci = 2 * py / n - 1
        for px in range(n):
            cr = 2 * px / n - 1.5
            zr = zi = 0.0
            i = 0
            while i < limit:
                r2 = zr * zr
                i2 = zi * zi
                if r2 + i2 > 4:
                    break
                zi = 2 * zr * zi + ci
                zr = r2 - i2 + cr
                i += 1
            total += i
    return total


print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 800, 50))
