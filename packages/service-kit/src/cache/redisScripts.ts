/**
 * KEYS: value, lock. ARGV: token, lock time in ms; an empty token asks for no lock.
 * Answers with the bytes, how long they will be kept on (ms), and whether the
 * lock was had. The value's own life tells its age, so no clock of ours matters.
 */
export const READ = `
local value = redis.call('GET', KEYS[1])
local left = value and redis.call('PTTL', KEYS[1]) or 0
local got = 0
if ARGV[1] ~= '' and redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
  got = 1
end
return { value, left, got }
`;

/**
 * KEYS: value, lock. ARGV: token, bytes, life in ms. Stores what the holder of
 * the lock has loaded; who lost it, since the key was deleted or he took too
 * long, stores nothing.
 */
export const STORE_LOADED = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1
`;

/** KEYS: value, lock. ARGV: token. Gives the lock back. */
export const UNLOCK = `
if redis.call('GET', KEYS[2]) == ARGV[1] then
  return redis.call('DEL', KEYS[2])
end
return 0
`;
