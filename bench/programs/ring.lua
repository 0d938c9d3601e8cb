-- Without channels: the main program takes the number from one coroutine to the next.
local function pass(v)
  while true do v = coroutine.yield(v + 1) end
end
local ring = {}
for i = 1, 999 do ring[i] = coroutine.create(pass) end
local v = 0
for _ = 1, tonumber(arg[1] or 3000) do
  for i = 1, 999 do
    local _, next = coroutine.resume(ring[i], v)
    v = next
  end
end
print(v)
