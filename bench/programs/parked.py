import asyncio
import sys


async def wait(gate, i):
    await gate
    return i


async def main(n):
    loop = asyncio.get_running_loop()
    gate = loop.create_future()
    tasks = [loop.create_task(wait(gate, i)) for i in range(n)]
    await asyncio.sleep(0)  # lets every task begin
    gate.set_result(None)
    total = 0
    for task in tasks:
        total += await task
    print(total)


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000000))
