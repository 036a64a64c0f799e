-- What both scripts need. ardour7-lua runs it; no test passes or fails by the clock here.

folder = os.getenv("CONTINUO_SESSION")

function wait(seconds)
  ARDOUR.LuaAPI.usleep(math.floor(seconds * 1000000))
end

-- Waits until `is_true` holds, as long as `progress` still changes; gives up after a minute without a change.
function wait_until(what, progress, is_true)
  local last, idle = progress(), 0
  while not is_true() do
    wait(0.02)
    local now = progress()
    if now ~= last then last, idle = now, 0 else idle = idle + 1 end
    if idle > 3000 then error("no progress for a minute while waiting for " .. what) end
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

-- Closes the session. If Lua still held a track, the track would end after the engine that owns its ports, and Ardour would
-- crash: callers must hold none in any variable, and the collector frees the others now.
function finish()
  collectgarbage()
  collectgarbage()
  close_session()
end
