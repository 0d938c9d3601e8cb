import asyncio
import sys


async def work(out, n):
    for i in range(n):
        await out.put(i)


async def main(n):
    out = asyncio.Queue(1)
    tasks = [asyncio.create_task(work(out, n)) for _ in range(1000)]
    total = 0
    for _ in range(1000 * n):
        total += await out.get()
    await asyncio.gather(*tasks)
    print(total)


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000))
