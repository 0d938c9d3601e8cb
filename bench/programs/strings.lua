local function line_of(i)
  local line = "line"
  for k = 0, 9 do line = line .. " " .. i + k end
  return line
end

-- Lua has no split; a pattern that takes what is no separator is the usual one.
local function split(text, pattern)
  local pieces = {}
  for piece in text:gmatch(pattern) do pieces[#pieces + 1] = piece end
  return pieces
end

local function run(n)
  local lines = {}
  for i = 0, n - 1 do lines[#lines + 1] = line_of(i) end
  local text = table.concat(lines, "\n")
  local parts, words = {}, 0
  for _, line in ipairs(split(text, "[^\n]+")) do
    local pieces = split(line, "[^ ]+")
    words = words + #pieces
    parts[#parts + 1] = table.concat(pieces, "-")
  end
  return words .. " " .. #text .. " " .. #table.concat(parts, ",")
end
print(run(tonumber(arg[1] or 100000)))
