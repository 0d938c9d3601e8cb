import asyncio
import sys


async def one(i):
    return i


async def main(n):
    total = 0
    for i in range(n):
        total += await asyncio.create_task(one(i))
    print(total)


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000000))
