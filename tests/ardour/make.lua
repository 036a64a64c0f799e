-- Makes the session of a user who wants an arrangement: a melody track with Continuo on it, a track that records all
-- that comes out of it, a track for each part that takes the part's channel, and a synthesiser.
dofile(os.getenv("CONTINUO_SCRIPTS") .. "/common.lua")

start_engine("Normal Speed")
session = create_session(folder, "arrangement", 48000)

local function midi_track(name, instrument)
  local one = ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1)
  local tracks = session:new_midi_track(one, one, true, instrument or ARDOUR.PluginInfo(), nil, nil, 1, name,
    ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
  for made in tracks:iter() do return made end
end

local function make()
  local melody = midi_track("Melody")
  local plugin = ARDOUR.LuaAPI.new_plugin(session, "Continuo", ARDOUR.PluginType.VST3, "")
  assert(not plugin:isnil(), "Ardour does not know the plugin Continuo")
  assert(melody:add_processor_by_index(plugin, 0, nil, true) == 0, "Ardour does not accept the plugin on a MIDI track")

  local output = melody:output():midi(0):name()
  local function listener(name, channels, instrument)
    local made = midi_track(name, instrument)
    made:input():disconnect_all(nil)
    made:input():midi(0):connect(output)
    if channels then
      made:to_track():to_midi_track():set_capture_channel_mode(ARDOUR.ChannelMode.FilterChannels, channels)
    end
    return made
  end

  listener("All")
  -- Channel 1 is the lowest bit.
  for _, part in ipairs({ { "Bass", 2 }, { "Chords", 3 }, { "Strings", 4 }, { "Counter", 5 }, { "Drums", 10 } }) do
    listener(part[1], 1 << (part[2] - 1))
  end
end

make()
session:save_state("", false, false, false, false, false)
finish()
