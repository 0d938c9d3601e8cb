local function one(i) return i end
local n, sum = tonumber(arg[1] or 3000000), 0
for i = 0, n - 1 do
  local _, value = coroutine.resume(coroutine.create(one), i)
  sum = sum + value
end
print(string.format("%.0f", sum))
