local function run(n)
  local places, sum, key = {}, 0, 1
  for i = 0, n - 1 do
    places[key] = i
    key = key * 48271 % 2147483647
  end
  key = 1
  for _ = 1, n do
    sum = sum + places[key]
    key = key * 48271 % 2147483647
  end
  return sum
end
print(run(tonumber(arg[1] or 1000000)))
