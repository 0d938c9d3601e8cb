import asyncio
import sys


async def produce(queue, n):
    for i in range(n):
        await queue.put(i)
    await queue.put(None)


async def main(n):
    queue = asyncio.Queue(256)
    task = asyncio.create_task(produce(queue, n))
    total = 0
    while (v := await queue.get()) is not None:
        total += v
    await task
    print(total)


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 6000000))
