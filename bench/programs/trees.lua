local function make(depth)
  if depth == 0 then return { left = nil, right = nil } end
  return { left = make(depth - 1), right = make(depth - 1) }
end

local function count(tree)
  local left = tree.left
  if left == nil then return 1 end
  return 1 + count(left) + count(tree.right)
end

local depth = tonumber(arg[1] or 16)
local long_lived = make(depth + 2)
local total = 0
for _ = 1, 20 do total = total + count(make(depth)) end
print(total .. " " .. count(long_lived))
