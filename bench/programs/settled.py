import asyncio
import sys


async def main(n):
    settled = asyncio.get_running_loop().create_future()
    settled.set_result(1)
    total = 0
    for _ in range(n):
        total += await settled
    print(total)


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10000000))
