-- Lua has no scheduler: the main program itself resumes each coroutine.
local function wait(i)
  coroutine.yield()
  return i
end
local n = tonumber(arg[1] or 1000000)
local waiting, sum = {}, 0
for i = 0, n - 1 do
  local co = coroutine.create(wait)
  coroutine.resume(co, i)
  waiting[#waiting + 1] = co
end
for _, co in ipairs(waiting) do
  local _, i = coroutine.resume(co)
  sum = sum + i
end
print(string.format("%.0f", sum))
