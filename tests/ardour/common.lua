-- What both scripts need. Run by ardour7-lua; nothing here looks at a clock to decide whether a test passes.

folder = os.getenv("CONTINUO_SESSION")

function wait(seconds)
  ARDOUR.LuaAPI.usleep(math.floor(seconds * 1000000))
end

-- Waits until something is true, for as long as `progress` still changes; gives up after a minute without any.
function wait_until(what, progress, is_true)
  local last, idle = progress(), 0
  while not is_true() do
    wait(0.02)
    local now = progress()
    if now ~= last then last, idle = now, 0 else idle = idle + 1 end
    if idle > 3000 then error("nothing moved for a minute while waiting for " .. what) end
  end
end

-- The engine without a sound card. Its speeds are "Normal Speed", "5x Speed" and so on.
function start_engine(speed)
  local backend = AudioEngine:set_backend("None (Dummy)", "", "")
  backend:set_driver(speed)
  AudioEngine:set_sample_rate(48000)
  AudioEngine:set_buffer_size(512)
end

function track(name)
  return session:route_by_name(name):to_track()
end

-- Closes the session. A track that Lua still held would end after the engine whose ports it gives back, and Ardour would
-- crash: whoever calls this holds none, in no variable of its own either, and what Lua has not yet let go goes now.
function finish()
  collectgarbage()
  collectgarbage()
  close_session()
end
