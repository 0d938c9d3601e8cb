import asyncio
import sys


async def hand_on(source, target):
    while True:
        await target.put(await source.get() + 1)


async def main(rounds):
    first = last = asyncio.Queue(1)
    tasks = []
    for _ in range(999):
        following = asyncio.Queue(1)
        tasks.append(asyncio.create_task(hand_on(last, following)))
        last = following
    v = 0
    for _ in range(rounds):
        await first.put(v)
        v = await last.get()
    print(v)
    for task in tasks:
        task.cancel()


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000))
