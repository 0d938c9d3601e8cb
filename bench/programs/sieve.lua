-- Without channels: the main program takes each number from filter to filter, as far as it gets.
local function filter(prime)
  local n
  while true do
    n = coroutine.yield(n and n % prime ~= 0 and n)
  end
end

local resume = coroutine.resume
local filters, n, prime = {}, 1, 0
for _ = 1, tonumber(arg[1] or 1500) do
  local is_prime
  repeat
    n = n + 1
    is_prime = n
    for i = 1, #filters do
      local _, passed = resume(filters[i], n)
      is_prime = passed
      if not passed then break end
    end
  until is_prime
  prime = n
  local fresh = coroutine.create(filter)
  resume(fresh, prime)
  filters[#filters + 1] = fresh
end
print(prime)
