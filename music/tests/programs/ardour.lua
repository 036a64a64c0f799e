-- Opens a session, prints what is in it, plays one of its tracks into a new one that records, and prints what was played.
-- ardour7-lua runs it.
local folder, name = os.getenv("CONTINUO_SESSION"), os.getenv("CONTINUO_NAME")
local backend = AudioEngine:set_backend("None (Dummy)", "", "")
backend:set_driver("Normal Speed")
AudioEngine:set_sample_rate(48000)
AudioEngine:set_buffer_size(512)
session = load_session(folder, name)
assert(session, "Ardour does not open the session")

-- Beats are shown as quarters and ticks.
local function in_ticks(beats)
  local quarters, ticks = tostring(beats):match("(%d+):(%d+)")
  return math.floor(quarters * 1920 + ticks)
end

local function print_notes(kind, region)
  for note in ARDOUR.LuaAPI.note_list(region:to_midiregion():model()):iter() do
    local start, length = note:time(), note:length()
    print(kind, note:note(), in_ticks(start), in_ticks(length), note:velocity(), note:channel())
  end
end

local function print_tracks()
  for route in session:get_routes():iter() do
    print("route", route:name(), route:presentation_info_ptr():color())
    local track = route:to_track()
    if not track:isnil() then
      local regions = track:playlist():region_list()
      local is_first = true
      for region in regions:iter() do
        print("region", region:name(), in_ticks(region:position():beats()), in_ticks(region:length():beats()))
        if is_first then print_notes("note", region) end
        is_first = false
      end
    end
  end
end

local function print_places()
  local map = Temporal.TempoMap.read()
  for quarter in string.gmatch(os.getenv("CONTINUO_PLACES"), "%d+") do
    local at = Temporal.timepos_t.from_ticks(math.floor(tonumber(quarter)) * 1920)
    print("place", quarter, map:bbt_at(at):str(), at:samples(), map:tempo_at(at):note_types_per_minute())
  end
  for place in session:locations():list():iter() do
    local kind = place:is_mark() and "mark" or place:is_range_marker() and "range" or "other"
    print("location", place:name(), kind, in_ticks(place:start():beats()), in_ticks(place:_end():beats()))
  end
end

local function wait_until(what, is_true)
  for _ = 1, 1500 do
    if is_true() then return end
    ARDOUR.LuaAPI.usleep(20000)
  end
  error("waited half a minute for " .. what)
end

local function play()
  local one = ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1)
  local made
  local tracks = session:new_midi_track(one, one, true, ARDOUR.PluginInfo(), nil, nil, 1, "Witness",
    ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
  for track in tracks:iter() do made = track end
  made:input():disconnect_all(nil)
  made:input():midi(0):connect(session:route_by_name(os.getenv("CONTINUO_TRACK")):output():midi(0):name())
  made:rec_enable_control():set_value(1, PBD.GroupControlDisposition.NoGroup)
  session:maybe_enable_record(false)
  local request = ARDOUR.TransportRequestSource.TRS_UI
  session:request_roll(request)
  local last = tonumber(os.getenv("CONTINUO_SECONDS")) * 48000
  wait_until("the playhead", function() return session:transport_sample() >= last end)
  session:request_stop(false, false, request)
  wait_until("the transport to stop", function() return not session:transport_rolling() end)
  wait_until("the recording", function() return not made:to_track():playlist():region_list():empty() end)
  for region in made:to_track():playlist():region_list():iter() do print_notes("played", region) end
end

print_tracks()
print_places()
collectgarbage()
play()
-- Tracks that Lua holds would outlive the engine that owns their ports.
collectgarbage()
collectgarbage()
close_session()
print("done")
