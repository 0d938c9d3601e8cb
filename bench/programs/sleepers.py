import asyncio
import sys


async def nap():
    await asyncio.sleep(1)
    return 1


async def main(n):
    tasks = [asyncio.create_task(nap()) for _ in range(n)]
    count = 0
    for task in tasks:
        count += await task
    print(count)


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000000))
