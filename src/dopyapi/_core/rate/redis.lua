-- One step of a turn through the windows of an account: window.py and store.py in Redis's own words.
--
-- KEYS  three of each window: "done", requests by when they were answered; "open", those that were not yet by when they
--       are to be sent; "state".
-- ARGV  verb, now (empty: Redis's own time), turn, when it was to be sent; of an answer: whether it counts, how many
--       were settled when it was sent, whether it was a 429, the limit, what remains, seconds until the oldest expires,
--       seconds to pause; margin, longest flight, longest pause; then four of each window: limit (empty: none known),
--       whether it is a cap, seconds, weight.
-- Gives when the turn is, seconds until then, how many were settled, how many more fit into the last window.

local verb, turn, at = ARGV[1], ARGV[3], tonumber(ARGV[4])
local counts, since, refused = ARGV[5] == '1', tonumber(ARGV[6]), ARGV[7] == '1'
local limit, remaining, expires, pause = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local margin, flight, longest = tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14])
local FIRST = 15

local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] + time[2] / 1000000
end

local function text(number)
  return string.format('%.17g', number)
end

local function state(window, name)
  return tonumber(redis.call('HGET', window.state, name) or '')
end

local function score(key, rank)
  return tonumber(redis.call('ZRANGE', key, rank, rank, 'WITHSCORES')[2])
end

local function forget(window)
  redis.call('ZREMRANGEBYSCORE', window.done, '-inf', text(now - window.seconds - margin))
  local lost = redis.call('ZRANGEBYSCORE', window.open, '-inf', '(' .. text(now - flight))
  for _, member in ipairs(lost) do
    redis.call('ZREM', window.open, member)
    redis.call('ZADD', window.done, text(now), member)
    redis.call('HINCRBY', window.state, 'settled', 1)
  end
  if (state(window, 'pause') or 0) > now + longest then
    redis.call('HSET', window.state, 'pause', text(now + longest))
  end
end

local function most(window)
  local told = state(window, 'told')
  if told and window.cap and window.limit then
    return math.min(told, window.limit)
  end
  return told or window.limit
end

local function opening(window, last)
  forget(window)
  local soonest, most = math.max(state(window, 'pause') or 0, now), most(window)
  if not most then
    return soonest
  end
  local done = redis.call('ZCARD', window.done)
  local ahead = redis.call('ZCOUNT', window.open, '-inf', last)
  local excess = done + ahead + math.min(window.weight, most) - most
  if excess <= 0 then
    return soonest
  end
  local leaving
  if excess <= done then
    leaving = score(window.done, excess - 1)
  else
    leaving = math.max(score(window.open, excess - 1 - done), now)
  end
  return math.max(soonest, leaving + window.seconds + margin)
end

local function settle(window, counts)
  for n = 1, window.weight do
    local member = turn .. ':' .. n
    if redis.call('ZREM', window.open, member) == 1 and counts then
      redis.call('ZADD', window.done, text(now), member)
      redis.call('HINCRBY', window.state, 'settled', 1)
    end
  end
end

local function learn(window, burst)
  local before = state(window, 'left')
  redis.call('HSET', window.state, 'told', limit, 'left', remaining)
  forget(window)
  if remaining == 0 and not refused and before and burst and before > burst then
    return
  end
  local used, done = limit - remaining, redis.call('ZCARD', window.done)
  local unknown = used - done - redis.call('ZCOUNT', window.open, '-inf', text(now))
  if unknown > 0 then
    local first = math.min(math.max(now + expires - window.seconds, now - window.seconds), now)
    local step = (now - first) / unknown
    for n = 0, unknown - 1 do
      local member = 'other:' .. redis.call('HINCRBY', window.state, 'others', 1)
      redis.call('ZADD', window.done, text(first + step * n), member)
    end
    return
  end
  local certain = done - ((state(window, 'settled') or 0) - since)
  local surplus = math.min(certain - used, done)
  if surplus > 0 then
    redis.call('ZREMRANGEBYRANK', window.done, 0, surplus - 1)
  end
end

local windows = {}
for n = 1, #KEYS / 3 do
  local given = FIRST + (n - 1) * 4
  windows[n] = {
    done = KEYS[n * 3 - 2], open = KEYS[n * 3 - 1], state = KEYS[n * 3],
    limit = tonumber(ARGV[given]), cap = ARGV[given + 1] == '1',
    seconds = tonumber(ARGV[given + 2]), weight = tonumber(ARGV[given + 3]),
  }
end
local first, last = windows[1], windows[#windows]

if verb == 'leave' then
  if pause then
    redis.call('HSET', last.state, 'pause', text(math.max(state(last, 'pause') or 0, now + pause)))
  elseif limit then
    learn(first, last.limit)
  end
  for _, window in ipairs(windows) do
    settle(window, counts)
  end
else
  local behind = verb == 'again' and text(math.max(at, now)) or '+inf'
  for _, window in ipairs(windows) do
    settle(window, false)
  end
  at = now
  for _, window in ipairs(windows) do
    at = math.max(at, opening(window, behind))
  end
  for _, window in ipairs(windows) do
    for n = 1, window.weight do
      redis.call('ZADD', window.open, text(at), turn .. ':' .. n)
    end
  end
end

for _, window in ipairs(windows) do
  local kept = math.ceil(window.seconds + longest + flight)
  redis.call('EXPIRE', window.done, kept)
  redis.call('EXPIRE', window.open, kept)
  redis.call('EXPIRE', window.state, kept)
end
local room = most(last)
if room then
  room = math.max(room - redis.call('ZCARD', last.done) - redis.call('ZCARD', last.open), 0)
end
return {text(at), text(at - now), tostring(state(first, 'settled') or 0), room and tostring(room) or ''}
