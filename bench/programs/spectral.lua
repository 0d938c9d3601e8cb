local function a(i, j) return 1 / ((i + j) * (i + j + 1) / 2 + i + 1) end

local function times(v, out)
  local n = #v
  for i = 1, n do
    local sum = 0
    for j = 1, n do sum = sum + a(i - 1, j - 1) * v[j] end
    out[i] = sum
  end
end

local function times_transposed(v, out)
  local n = #v
  for i = 1, n do
    local sum = 0
    for j = 1, n do sum = sum + a(j - 1, i - 1) * v[j] end
    out[i] = sum
  end
end

local function filled(n, value)
  local list = {}
  for i = 1, n do list[i] = value end
  return list
end

local function norm(n)
  local u, v, between = filled(n, 1.0), filled(n, 0.0), filled(n, 0.0)
  for _ = 1, 10 do
    times(u, between)
    times_transposed(between, v)
    times(v, between)
    times_transposed(between, u)
  end
  local uv, vv = 0, 0
  for i = 1, n do
    uv = uv + u[i] * v[i]
    vv = vv + v[i] * v[i]
  end
  return math.sqrt(uv / vv)
end
print(math.floor(norm(tonumber(arg[1] or 500)) * 1000000000))
