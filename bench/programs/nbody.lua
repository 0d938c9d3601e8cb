local sqrt = math.sqrt
local SOLAR = 4 * math.pi * math.pi
local DAYS = 365.24

local function body(x, y, z, vx, vy, vz, mass)
  return { x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, mass = mass }
end

local bodies = {
  body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, SOLAR),
  body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
    0.00166007664274403694 * DAYS, 0.00769901118419740425 * DAYS, -0.0000690460016972063023 * DAYS,
    0.000954791938424326609 * SOLAR),
  body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
    -0.00276742510726411 * DAYS, 0.00499852801234917238 * DAYS, 0.0000230417297573763929 * DAYS,
    0.000285885980666130812 * SOLAR),
  body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
    0.00296460137564761618 * DAYS, 0.00237847173959480950 * DAYS, -0.0000296589568540237556 * DAYS,
    0.0000436624404335156298 * SOLAR),
  body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
    0.00268067772490389322 * DAYS, 0.00162824170038242295 * DAYS, -0.0000951592254519715870 * DAYS,
    0.0000515138902046611451 * SOLAR),
}

local function hold_still(bs)
  local sun = bs[1]
  for _, b in ipairs(bs) do
    sun.vx = sun.vx - b.vx * b.mass / SOLAR
    sun.vy = sun.vy - b.vy * b.mass / SOLAR
    sun.vz = sun.vz - b.vz * b.mass / SOLAR
  end
end

local function advance(bs, dt)
  local n = #bs
  for i = 1, n do
    local b = bs[i]
    local x, y, z, m = b.x, b.y, b.z, b.mass
    local vx, vy, vz = b.vx, b.vy, b.vz
    for j = i + 1, n do
      local c = bs[j]
      local dx, dy, dz = x - c.x, y - c.y, z - c.z
      local d2 = dx * dx + dy * dy + dz * dz
      local mag = dt / (sqrt(d2) * d2)
      local cm, bm = c.mass * mag, m * mag
      vx = vx - dx * cm
      vy = vy - dy * cm
      vz = vz - dz * cm
      c.vx = c.vx + dx * bm
      c.vy = c.vy + dy * bm
      c.vz = c.vz + dz * bm
    end
    b.vx, b.vy, b.vz = vx, vy, vz
    b.x = x + dt * vx
    b.y = y + dt * vy
    b.z = z + dt * vz
  end
end

local function energy(bs)
  local e = 0
  for i = 1, #bs do
    local b = bs[i]
    e = e + 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
    for j = i + 1, #bs do
      local c = bs[j]
      local dx, dy, dz = b.x - c.x, b.y - c.y, b.z - c.z
      e = e - b.mass * c.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

local function nano(x) return string.format("%.0f", math.floor(x * 1000000000)) end

hold_still(bodies)
local before = energy(bodies)
for _ = 1, tonumber(arg[1] or 200000) do advance(bodies, 0.01) end
print(nano(before) .. " " .. nano(energy(bodies)))
