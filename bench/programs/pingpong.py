import asyncio
import sys


async def echo(there, back):
    while True:
        await back.put(await there.get() + 1)


async def main(times):
    there, back = asyncio.Queue(1), asyncio.Queue(1)
    task = asyncio.create_task(echo(there, back))
    n = 0
    while n < times:
        await there.put(n)
        n = await back.get()
    task.cancel()
    print(n)


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000000))
