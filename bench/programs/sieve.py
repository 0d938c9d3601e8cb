import asyncio
import sys


async def generate(out):
    n = 2
    while True:
        await out.put(n)
        n += 1


async def sift(numbers, out, prime):
    while True:
        n = await numbers.get()
        if n % prime != 0:
            await out.put(n)


async def main(count):
    numbers = asyncio.Queue(1)
    tasks = [asyncio.create_task(generate(numbers))]
    prime = 0
    for _ in range(count):
        prime = await numbers.get()
        out = asyncio.Queue(1)
        tasks.append(asyncio.create_task(sift(numbers, out, prime)))
        numbers = out
    print(prime)
    for task in tasks:
        task.cancel()


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500))
