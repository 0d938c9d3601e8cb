-- Lua has no channels; resuming and yielding hand the values over.
local echo = coroutine.create(function(v)
  while true do v = coroutine.yield(v + 1) end
end)
local n, times = 0, tonumber(arg[1] or 2000000)
while n < times do
  local _
  _, n = coroutine.resume(echo, n)
end
print(n)
