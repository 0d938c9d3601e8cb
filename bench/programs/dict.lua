local function run(n)
  local ages, sum = {}, 0
  for i = 0, n - 1 do ages["key " .. i] = i end
  for i = 0, n - 1 do sum = sum + ages["key " .. n - 1 - i] end
  return sum
end
print(run(tonumber(arg[1] or 1000000)))
