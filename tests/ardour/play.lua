-- Opens the session and runs the steps in the lines of CONTINUO_STEPS; positions are quarter notes.
dofile(os.getenv("CONTINUO_SCRIPTS") .. "/common.lua")

start_engine(os.getenv("CONTINUO_SPEED") or "Normal Speed")
session = load_session(folder, "arrangement")
assert(session, "Ardour does not open the session")

local TRS = ARDOUR.TransportRequestSource.TRS_UI
local THEN = ARDOUR.LocateTransportDisposition
local function ticks(quarters) return Temporal.timepos_t.from_ticks(math.floor(quarters * 1920)) end
local function at() return session:transport_sample() end

-- The caller says what follows the jump: by default, Ardour stops after a jump that a script requests.
local function locate(quarters, what_then)
  local target = ticks(quarters):samples()
  session:request_locate(target, true, what_then, TRS)
  return target
end

local function stop()
  session:request_stop(false, false, TRS)
  wait_until("the transport to stop", at, function() return not session:transport_rolling() end)
  wait(0.3)
end

local function play_to(quarters)
  local target = ticks(quarters):samples()
  wait_until("quarter " .. quarters, at, function() return at() >= target end)
end

local function plugin() return track("Melody"):nth_plugin(0) end

-- A plugin's parameter by its name: its number, and how many controls come before it.
local function parameter(name)
  local insert = plugin():to_insert():plugin(0)
  local controls = 0
  for number = 0, insert:parameter_count() - 1 do
    if insert:parameter_is_control(number) then
      if insert:parameter_label(number) == name then return number, controls end
      controls = controls + 1
    end
  end
  error("the plugin has no parameter " .. name)
end

local function save() session:save_state("", false, false, false, false, false) end

-- The plugin's state as the session file holds it.
local function state()
  save()
  local file = assert(io.open(folder .. "/arrangement.ardour"))
  local text = file:read("a")
  file:close()
  return text:match("<chunk.->(.-)</chunk>") or error("the session holds no state of the plugin")
end

local steps = {}

function steps.arm(...)
  for _, name in ipairs({ ... }) do
    track(name):rec_enable_control():set_value(1, PBD.GroupControlDisposition.NoGroup)
  end
  session:maybe_enable_record(false)
end

function steps.play(from, to)
  local target = locate(tonumber(from), THEN.MustStop)
  wait_until("the playhead", at, function() return at() == target end)
  wait(0.3)
  session:request_roll(TRS)
  play_to(tonumber(to))
  stop()
end

-- Rolls from the first place to the second, jumps to the third without stopping, and rolls on to the fourth.
function steps.seek(from, leave, to, finish)
  local target = locate(tonumber(from), THEN.MustStop)
  wait_until("the playhead", at, function() return at() == target end)
  session:request_roll(TRS)
  play_to(tonumber(leave))
  target = locate(tonumber(to), THEN.MustRoll)
  wait_until("the jump", at, function()
    return at() >= target and at() < ticks(tonumber(finish)):samples() and session:transport_rolling()
  end)
  play_to(tonumber(finish))
  stop()
end

-- Plays the session's loop range a number of times.
function steps.loop(times)
  session:request_play_loop(true, true)
  local wraps, last = 0, at()
  wait_until("the loop", at, function()
    local now = at()
    if now < last then wraps = wraps + 1 end
    last = now
    return wraps >= tonumber(times)
  end)
  stop()
  session:request_play_loop(false, false)
  wait(0.3)
end

function steps.tempo(quarters, tempo)
  local map = Temporal.TempoMap.fetch_writable()
  map:set_tempo(Temporal.Tempo(tonumber(tempo), tonumber(tempo), 4), ticks(tonumber(quarters)))
  Temporal.TempoMap.update(map)
  map = nil
  collectgarbage()
end

-- A parameter and its points on the timeline: place, value in the plugin's scale, place, value and so on.
function steps.automate(name, ...)
  local number, controls = parameter((name:gsub("_", " ")))
  local list, control = ARDOUR.LuaAPI.plugin_automation(plugin(), controls)
  assert(not list:isnil(), "Ardour does not automate " .. name)
  local points = { ... }
  for index = 1, #points, 2 do
    control:add(ticks(tonumber(points[index])), tonumber(points[index + 1]), false, true)
  end
  local which = Evoral.Parameter(ARDOUR.AutomationType.PluginAutomation, 0, number)
  plugin():to_automatable():automation_control(which, false):set_automation_state(ARDOUR.AutoState.Play)
end

-- Renders the melody's track as fast as Ardour can, through the plugin, and puts the result onto another track.
function steps.bounce(from, to, onto)
  local melody = track("Melody")
  local start, finish = ticks(tonumber(from)), ticks(tonumber(to))
  local region = melody:bounce_range(start:samples(), finish:samples(), ARDOUR.InterThreadInfo(), melody:main_outs(),
    false, "")
  assert(not region:isnil(), "Ardour did not bounce the melody's track")
  track(onto):playlist():add_region(region, start, 1, false, 0, 0, false)
end

-- Exports the session as audio, as fast as Ardour can. Here Ardour 7.3 damages its own memory, also in a session without
-- plugins, and sometimes aborts, mostly when it frees the export: so the export is kept until the end.
local exports = {}
function steps.export(from, to)
  local export = session:simple_export()
  exports[#exports + 1] = export
  export:set_folder(folder .. "/export")
  export:set_name("arrangement")
  export:set_range(ticks(tonumber(from)):samples(), ticks(tonumber(to)):samples())
  -- Ardour names its presets by number; this is the one for FLAC.
  assert(export:set_preset("e379c6d0-9761-413a-86fd-91bf19655dbd"), "Ardour has no preset for FLAC")
  assert(export:check_outputs(), "Ardour cannot export the session")
  assert(export:run_export(), "Ardour did not export the session")
end

-- Puts a witness after the plugin (`witness.lua`); what passed it is printed after all steps.
local witness
function steps.witness()
  local processor = ARDOUR.LuaAPI.new_luaproc(session, "Continuo witness")
  assert(not processor:isnil(), "Ardour does not find the witness's script")
  assert(track("Melody"):add_processor_by_index(processor, 1, nil, true) == 0, "Ardour does not accept the witness")
  witness = processor:to_insert():plugin(0):to_luaproc():shmem()
end

-- Waits until the plugin's state stays the same: then its composer has finished.
function steps.settle()
  local last, same = state(), 0
  while same < 4 do
    wait(0.7)
    local now = state()
    if now == last then same = same + 1 else last, same = now, 0 end
  end
end

for line in (os.getenv("CONTINUO_STEPS") or ""):gmatch("[^\n]+") do
  local words = {}
  for word in line:gmatch("%S+") do words[#words + 1] = word end
  print("step: " .. line)
  steps[words[1]](table.unpack(words, 2))
end
if witness then
  for event = 0, witness:atomic_get_int(0) - 1 do
    local numbers = witness:to_int(1 + event * 4):array()
    print("passed " .. table.concat({ numbers[1], numbers[2], numbers[3], numbers[4] }, " "))
  end
end
if #exports > 0 then
  print("everything is printed")
  io.stdout:flush()
end
save()
witness = nil
exports = nil
finish()
print("the steps are done")
