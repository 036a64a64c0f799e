#!/bin/bash
# Takes a picture of Continuo's window, open in Ardour 7.
#
#   picture.sh SESSION_HOME PLUGIN OUTPUT.png
#
# SESSION_HOME  a home folder that the Ardour tests made, with the session in its folder `arrangement`. It is not changed.
# PLUGIN        the plugin's library, as built.
#
# Debian packages: ardour xvfb openbox xdotool imagemagick. The plugin gets its environment variables
# (CONTINUO_ONNXRUNTIME, NICE_LOG). KEEP=folder keeps Ardour's log and the home folder of this run there.
set -euo pipefail

[ $# -eq 3 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
session_home=$(realpath "$1")
plugin=$(realpath "$2")
output=$(realpath -m "$3")

# The screen, and the place of the plugin's window on it: right of the track headers and below the rulers, so that the
# tracks are visible too. The window itself is 1140 by 780 points, and Ardour puts a row of buttons above it.
width=1600 height=1100
plugin_x=446 plugin_y=252
# On a busy machine Ardour takes minutes to open a session.
patience=900

work=$(mktemp -d)
started=()
finish() {
    local each
    # The last program that was started ends first: otherwise Ardour would complain about a missing screen.
    for ((each = ${#started[@]} - 1; each >= 0; each--)); do
        kill "${started[each]}" 2>/dev/null || continue
        for _ in $(seq 30); do kill -0 "${started[each]}" 2>/dev/null || break; sleep 1; done
        kill -9 "${started[each]}" 2>/dev/null || true
    done
    if [ -n "${KEEP:-}" ]; then mkdir -p "$KEEP" && cp -a "$work/." "$KEEP/"; fi
    rm -rf "$work"
}
trap finish EXIT

fail() {
    echo "$*" >&2
    tail -n 5 "$work/ardour.log" >&2 || true
    exit 1
}

# A home folder of its own, without the user's settings and plugins; the session stays as it was.
home=$work/home
settings=$home/.config/ardour7
binaries=$home/.vst3/Continuo.vst3/Contents/x86_64-linux
mkdir -p "$settings" "$binaries"
cp -a "$session_home/arrangement" "$home/"
cp "$plugin" "$binaries/Continuo.so"
# Old, because the scanner's file has whole seconds: if the library is from the same second, Ardour thinks that the file is
# out of date and asks whether to scan.
touch -d @1000000000 "$binaries/Continuo.so"
session=$home/arrangement/arrangement.ardour

# This file tells Ardour that the user is not new; without it a wizard comes first.
touch "$settings/.a7"

# - hide-dummy-backend: by default Ardour's window does not offer the engine without a sound card, and Ardour ignores the
#   state of an engine that it does not offer.
# - try-autostart-engine, with an engine state marked active: no dialog asks for the engine. Engine and device must be those
#   of the session, or a warning comes first.
# - The large buffer gives a slow machine time to draw; nobody listens.
cat >"$settings/config" <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<Ardour>
  <Config>
    <Option name="hide-dummy-backend" value="0"/>
    <Option name="try-autostart-engine" value="1"/>
  </Config>
  <Extra>
    <AudioMIDISetup>
      <EngineStates>
        <State backend="None (Dummy)" driver="Normal Speed" device="Silence" input-device="" output-device=""
               sample-rate="48000" buffer-size="8192" n-periods="0" input-latency="0" output-latency="0" lm-input=""
               lm-output="" active="1" use-buffered-io="0" midi-option="No MIDI I/O" lru="1">
          <MIDIDevices/>
        </State>
      </EngineStates>
    </AudioMIDISetup>
  </Extra>
</Ardour>
END

# Ardour's own window fills the screen, with the editor in it and eight bars left of the plugin's window; `zoom` is in
# samples per pixel. Ardour reads the window's place from the user's file before it opens the session, and the rest from
# the session's.
cat >"$settings/instant.xml" <<END
<?xml version="1.0" encoding="UTF-8"?>
<instant>
  <Main x="0" y="0" w="$width" h="$((height - 24))" current-tab="editor"/>
</instant>
END
cat >"$home/arrangement/instant.xml" <<END
<?xml version="1.0" encoding="UTF-8"?>
<instant>
  <LastUsedSnapshot name="arrangement"/>
  <Main x="0" y="0" w="$width" h="$((height - 24))" current-tab="editor"/>
  <Editor zoom="3600" left-frame="0" playhead="0" y-origin="0" show-editor-mixer="0" show-editor-list="0"/>
</instant>
END

# Ardour opens the windows that were open according to the session. Track and processor identify a plugin's window. A session
# that Ardour saved without a window has no such node yet.
track=$(sed -n 's/.*<Route [^>]*\bid="\([0-9]*\)" name="Melody".*/\1/p' "$session" | head -n 1)
processor=$(sed -n 's/.*<Processor [^>]*\bid="\([0-9]*\)" name="Continuo".*/\1/p' "$session" | head -n 1)
[ -n "$track" ] && [ -n "$processor" ] || fail "the session has no track Melody with Continuo on it"
window="<Window name=\"P-$track-$processor\" visible=\"1\" x-off=\"$plugin_x\" y-off=\"$plugin_y\" x-size=\"-1\" y-size=\"-1\" custom-ui=\"1\"/>"
sed -i "/<Window name=\"P-$track-$processor\"/d" "$session"
if grep -q '<UI>' "$session"; then
    sed -i "s|<UI>|<UI>$window|" "$session"
else
    sed -i "s|</Session>|<Extra><UI>$window</UI></Extra></Session>|" "$session"
fi

export HOME=$home
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME WAYLAND_DISPLAY

# Ardour's window only loads plugins that were scanned before.
LD_LIBRARY_PATH=/usr/lib/ardour7 /usr/lib/ardour7/ardour-vst3-scanner -f "$home/.vst3/Continuo.vst3" >"$work/scan.log" 2>&1

# The server chooses a free display and prints its number.
mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 "${width}x${height}x24" -nolisten tcp 3>"$work/display" >"$work/xvfb.log" 2>&1 &
started+=($!)
read -r number <"$work/display"
export DISPLAY=:$number
# Gives windows a frame and the place that they request.
openbox >"$work/openbox.log" 2>&1 &
started+=($!)

# There is no graphics card to draw with.
LIBGL_ALWAYS_SOFTWARE=1 ardour --no-splash --no-announcements "$home/arrangement" >"$work/ardour.log" 2>&1 &
ardour=$!
started+=("$ardour")

deadline=$((SECONDS + patience))
wait_a_little() {
    kill -0 "$ardour" 2>/dev/null || fail "Ardour ended by itself"
    [ $SECONDS -lt $deadline ] || { shoot root "$output"; fail "$1; $output shows the screen"; }
    sleep 3
}

# If a window is missing, `import` waits until somebody points at one.
shoot() { timeout 120 import -window "$1" "$2" 2>"$work/import.log" || fail "there is no picture of window $1"; }

# The plugin's own window inside Ardour's frame for it, whose title begins with the track's name.
until own=$(xdotool search --onlyvisible --name '^Continuo$' 2>/dev/null) && [ -n "$own" ]; do
    wait_a_little "the plugin's window did not open"
done

# Moves the mouse away, so that no hint appears. The plugin's window is ready when it has many colours and is the same three
# times: at first it says that the model is loading. The rest of the screen may change, since Ardour's load meters never rest.
xdotool mousemove $((width - 1)) $((height - 1))
last='' same=0
while [ $same -lt 2 ]; do
    wait_a_little "the plugin's window did not come to rest"
    shoot "$own" "$work/window.png"
    now=$(convert "$work/window.png" rgb:- | md5sum)
    if [ "$now" = "$last" ] && [ "$(identify -format %k "$work/window.png")" -gt 100 ]; then same=$((same + 1)); else same=0; fi
    last=$now
done
shoot root "$work/screen.png"
# Without the menu bar: its load meter shows the load of drawing in software, not the plugin's.
convert "$work/screen.png" -crop "${width}x$((height - 46))+0+46" +repage -strip +dither -colors 128 -define png:compression-level=9 "$output"
echo "$output: $(identify -format '%wx%h' "$output"), $(stat -c %s "$output") bytes, after $SECONDS s"
