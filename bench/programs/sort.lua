local function random_numbers(n)
  local numbers, seed = {}, 42
  for i = 1, n do
    seed = seed * 16807 % 2147483647
    numbers[i] = seed
  end
  return numbers
end
local numbers = random_numbers(tonumber(arg[1] or 300000))
table.sort(numbers, function(a, b) return a < b end)
print(numbers[1] .. " " .. numbers[math.floor(#numbers / 2) + 1] .. " " .. numbers[#numbers])
