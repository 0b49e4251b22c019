-- One step of a turn through the lines of an account: line.py and store.py in Redis's own words.
--
-- KEYS  three of each line: "done", requests by when they were answered; "open", those that were not yet by when they
--       are to be sent; "state".
-- ARGV  verb, now (empty: Redis's own time), turn, when it was to be sent; of an answer: whether it counts, how many
--       were settled when it was sent, whether it was a 429, the limit, what remains, seconds until the oldest expires,
--       seconds to pause; the constants of line.py; then of each line: weight, the limit and its seconds, the burst's
--       limit and its seconds (empty: there is none).
-- Gives when the turn is, seconds until then, how many were settled, how many more fit into the last line.

local verb, turn, at = ARGV[1], ARGV[3], tonumber(ARGV[4])
local counts, since, refused = ARGV[5] == '1', tonumber(ARGV[6]), ARGV[7] == '1'
local limit, remaining, expires, pause = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local flight, longest, margin, soon = tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15])
local given = 15
local BOUNDLESS = 1000000000

local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] + time[2] / 1000000
end

local function argument()
  given = given + 1
  return tonumber(ARGV[given])
end

local function text(number)
  return string.format('%.17g', number)
end

local function state(line, name)
  return tonumber(redis.call('HGET', line.state, name) or '')
end

local function score(key, rank)
  return tonumber(redis.call('ZRANGE', key, rank, rank, 'WITHSCORES')[2])
end

local function lately(line, span)
  return redis.call('ZCOUNT', line.done, '(' .. text(now - span), '+inf')
end

local function most(line)
  return state(line, 'told') or line.limit
end

local function add(line, member)
  redis.call('ZADD', line.done, text(now), member)
  redis.call('HINCRBY', line.state, 'settled', 1)
end

local function forget(line)
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', line.open, '-inf', '(' .. text(now - flight))) do
    redis.call('ZREM', line.open, member)
    add(line, member)
  end
  if line.boundless and not state(line, 'told') then
    redis.call('DEL', line.done)
  end
  redis.call('ZREMRANGEBYSCORE', line.done, '-inf', text(now - line.span))
end

local function leaving(line, lately, beyond)
  if lately + beyond <= 0 then
    return -math.huge
  elseif beyond <= 0 then
    return score(line.done, beyond - 1)
  end
  return math.max(score(line.open, beyond - 1), now)
end

local function opening(line, last)
  forget(line)
  local ahead, weight = redis.call('ZCOUNT', line.open, '-inf', last), line.weight
  local opens = math.max(now, state(line, 'pause') or 0)
  if opens > now + longest then
    opens = now + longest
    redis.call('HSET', line.state, 'pause', text(opens))
  end
  local most, done = most(line), redis.call('ZCARD', line.done)
  if done + ahead + weight > most then
    opens = math.max(opens, leaving(line, done, ahead + math.min(weight, most) - most) + line.span)
  end
  if line.burst then
    most, done = line.burst, lately(line, line.short_span)
    if done + ahead + weight > most then
      opens = math.max(opens, leaving(line, done, ahead + math.min(weight, most) - most) + line.short_span)
    end
  end
  return opens
end

local function settle(line, counts)
  for n = 1, line.weight do
    local member = turn .. ':' .. n
    if redis.call('ZREM', line.open, member) == 1 and counts then
      add(line, member)
    end
  end
end

local function learn(line)
  local before, told = state(line, 'remaining'), state(line, 'told')
  redis.call('HSET', line.state, 'told', limit, 'remaining', remaining)
  local used, first = limit - remaining, now + expires - line.seconds
  if first > now then
    first = now - line.seconds
  end
  local open, done = redis.call('ZCARD', line.open), redis.call('ZCARD', line.done)
  if told == limit and used == done + open and not (open > 0 and score(line.open, -1) > now) then
    if done == 0 or score(line.done, 0) >= first then
      return
    end
  end
  forget(line)
  if remaining == 0 and not refused and line.burst and (before or 0) > line.burst then
    redis.call('HSET', line.state, 'remaining', before)
    return
  end
  done = redis.call('ZCARD', line.done)
  local unknown = used - done - redis.call('ZCOUNT', line.open, '-inf', text(now))
  local surplus = math.min(done - ((state(line, 'settled') or 0) - since) - used, done)
  if unknown > 0 then
    local earliest = math.max(first, now - line.seconds)
    local step = (now - earliest) / unknown
    for n = 0, unknown - 1 do
      local member = 'other:' .. redis.call('HINCRBY', line.state, 'others', 1)
      redis.call('ZADD', line.done, text(earliest + step * n), member)
    end
  end
  if surplus > 0 then
    redis.call('ZREMRANGEBYRANK', line.done, 0, surplus - 1)
  end
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', line.done, '-inf', '(' .. text(first))) do
    redis.call('ZADD', line.done, text(first), member)
  end
end

local lines = {}
for n = 1, #KEYS / 3 do
  local line = {
    done = KEYS[n * 3 - 2], open = KEYS[n * 3 - 1], state = KEYS[n * 3],
    weight = argument(), limit = argument(), seconds = argument(), burst = argument(),
  }
  line.span, line.short_span = line.seconds + margin, (argument() or 0) + margin
  line.boundless = line.limit == BOUNDLESS and not line.burst
  lines[n] = line
end
local first, last = lines[1], lines[#lines]

if verb == 'leave' then
  if pause then
    redis.call('HSET', last.state, 'pause', text(math.max(state(last, 'pause') or 0, now + math.min(pause, longest))))
  elseif limit then
    learn(first)
  end
  for _, line in ipairs(lines) do
    settle(line, counts)
  end
else
  local behind = verb == 'again' and text(math.max(at, now)) or '+inf'
  for _, line in ipairs(lines) do
    settle(line, false)
  end
  at = now
  for _, line in ipairs(lines) do
    at = math.max(at, opening(line, behind))
  end
  if at - now < soon then
    at = now
  end
  for _, line in ipairs(lines) do
    for n = 1, line.weight do
      redis.call('ZADD', line.open, text(at), turn .. ':' .. n)
    end
  end
end

for _, line in ipairs(lines) do
  local kept = math.ceil(line.span + longest + flight)
  redis.call('EXPIRE', line.done, kept)
  redis.call('EXPIRE', line.open, kept)
  redis.call('EXPIRE', line.state, kept)
end
local room = last.burst and last.burst - lately(last, last.short_span) or most(last) - redis.call('ZCARD', last.done)
room = math.max(room - redis.call('ZCARD', last.open), 0)
return {text(at), text(at - now), tostring(state(first, 'settled') or 0), tostring(room)}
