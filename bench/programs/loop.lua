local function run(n)
  local sum = 0
  for i = 0, n - 1 do sum = sum + i % 7 end
  return sum
end
print(run(tonumber(arg[1] or 30000000)))
