local Counter = {}
Counter.__index = Counter
function Counter:add(k)
  self.n = self.n + k
  return self.n
end

local function adder(k)
  return function(x) return x + k end
end

local times = tonumber(arg[1] or 10000000)
local counter = setmetatable({ n = 0 }, Counter)
local add = adder(1)
local sum = 0
for _ = 1, times do counter:add(1) end
for _ = 1, times do sum = add(sum) end
print(counter.n .. " " .. sum)
