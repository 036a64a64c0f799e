-- Records which MIDI events pass, and where the playhead is then; play.lua reads it. Ardour keeps a recording only if the
-- transport rolls from beginning to end without a jump; this script sees everything.
ardour {
  ["type"]    = "dsp",
  name        = "Continuo witness",
  category    = "Utility",
  license     = "GPLv3",
  author      = "Continuo",
  description = [[Records which MIDI events pass]]
}

-- The most events that it keeps, and the numbers of each: sample, status, pitch, velocity.
local EVENTS, NUMBERS = 16384, 4

function dsp_ioconfig()
  return { { midi_in = 1, midi_out = 1, audio_in = 0, audio_out = 0 } }
end

function dsp_init()
  self:shmem():allocate(1 + EVENTS * NUMBERS)
  self:shmem():atomic_set_int(0, 0)
end

function dsp_run(_, _, _)
  local begin, written = Session:transport_sample(), self:shmem():atomic_get_int(0)
  for index, event in ipairs(midiin) do
    midiout[index] = event
    if written < EVENTS then
      local data, place = event["data"], self:shmem():to_int(1 + written * NUMBERS):array()
      place[1], place[2], place[3], place[4] = begin + event["time"] - 1, data[1], data[2] or 0, data[3] or 0
      written = written + 1
    end
  end
  self:shmem():atomic_set_int(0, written)
end
