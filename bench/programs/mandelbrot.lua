local function run(n, limit)
  local total = 0
  for py = 0, n - 1 do
    local ci = 2 * py / n - 1
    for px = 0, n - 1 do
      local cr = 2 * px / n - 1.5
      local zr, zi, i = 0.0, 0.0, 0
      while i < limit do
        local r2, i2 = zr * zr, zi * zi
        if r2 + i2 > 4 then break end
        zi = 2 * zr * zi + ci
        zr = r2 - i2 + cr
        i = i + 1
      end
      total = total + i
    end
  end
  return total
end
print(run(tonumber(arg[1] or 800), 50))
