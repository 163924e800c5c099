// What has to happen in Redis in one step. Every script that touches a partition asks first whether the lease is still
// the caller's: a service that was held up and comes back late changes nothing.

/** Takes a free partition. KEYS: lease. ARGV: member, milliseconds. @returns 1 when it is taken, or was already */
export const ACQUIRE = `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

/** Keeps a partition. KEYS: lease. ARGV: member, milliseconds. @returns 0 when it is lost */
export const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`

/** Lets a partition go. KEYS: lease. ARGV: member. */
export const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`

/**
 * Says that a service lives, and forgets those that do not. KEYS: members. ARGV: member, milliseconds.
 * @returns how many live
 */
export const HEARTBEAT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
return redis.call('ZCARD', KEYS[1])`

/**
 * Reads new entries. KEYS: lease, lines. ARGV: member, milliseconds, group, count.
 * @returns nil when the lease is lost, else what XREADGROUP gives, or an empty list
 */
export const READ = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local read = redis.call('XREADGROUP', 'GROUP', ARGV[3], ARGV[1], 'COUNT', ARGV[4], 'STREAMS', KEYS[2], '>')
if not read then return {} end
return read[1][2]`

/**
 * Takes over entries that were delivered and not acknowledged. KEYS: lease, lines. ARGV: member, milliseconds, group,
 * count, first id.
 * @returns nil when the lease is lost, else the next id and the entries
 */
export const CLAIM = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local claimed = redis.call('XAUTOCLAIM', KEYS[2], ARGV[3], ARGV[1], 0, ARGV[5], 'COUNT', ARGV[4])
return { claimed[1], claimed[2] }`

/**
 * Saves states and acknowledges the entries that they cover. KEYS: lease, state, lines. ARGV: member, group, whether to
 * trim, last id, beginning of the keys of seen ids, number of entries, their ids, then source and state by turns. An
 * empty state: the source has ended, and its ids will mean other findings when it comes back.
 * @returns 0 when the lease is lost: nothing was changed
 */
export const COMMIT = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local count = tonumber(ARGV[6])
for from = 7, 6 + count, 1000 do
  redis.call('XACK', KEYS[3], ARGV[2], unpack(ARGV, from, math.min(from + 999, 6 + count)))
end
for at = 7 + count, #ARGV, 2 do
  if ARGV[at + 1] == '' then
    redis.call('HDEL', KEYS[2], ARGV[at])
    redis.call('DEL', ARGV[5] .. ARGV[at])
  else redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1]) end
end
if ARGV[3] == '1' and ARGV[4] ~= '' then redis.call('XTRIM', KEYS[3], 'MINID', '~', ARGV[4]) end
return 1`

/**
 * Publishes a finding once. KEYS: seen, findings. ARGV: id, milliseconds to remember it, findings to keep, source, JSON.
 * @returns 0 when it was published before
 */
export const PUBLISH = `
if redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', 'id', ARGV[1], 'source', ARGV[4], 'finding', ARGV[5])
return 1`

/** All states of a partition. KEYS: state. @returns source and state by turns */
export const STATES = `return redis.call('HGETALL', KEYS[1])`

/** Forgets readers of a partition that have nothing pending any more. KEYS: lease, lines. ARGV: member, group. */
export const FORGET_GONE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[2], ARGV[2])) do
  local facts = {}
  for i = 1, #consumer, 2 do facts[consumer[i]] = consumer[i + 1] end
  if facts.name ~= ARGV[1] and facts.pending == 0 then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[2], ARGV[2], facts.name)
  end
end
return 1`

/** Makes the reading group of a stream, from its beginning, where there is none. KEYS: lines. ARGV: group. */
export const MAKE_GROUP = `
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
if type(made) == 'table' and made.err and not string.find(made.err, 'BUSYGROUP') then return made end
return 1`
