import json
import sys


def run(n):
    items = [{"id": i, "name": f"item {i}", "price": i + 0.5, "tags": ["new", f"tag {i % 10}"], "sold": i % 2 == 0}
             for i in range(n)]
    text = json.dumps(items, separators=(",", ":"))
    ids = 0
    prices = 0
    for item in json.loads(text):
        ids += item["id"]
        prices += item["price"]
    return f"{len(text)} {ids} {int(prices)}"


print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 100000))
