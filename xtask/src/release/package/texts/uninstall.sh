#!/bin/sh
# Removes what install.sh installed. Your genres, presets and models stay: they lie in ~/.local/share/continuo.
set -eu
programs=${XDG_DATA_HOME:-$HOME/.local/share}/continuo-program
rm -rf "$HOME/.clap/Continuo.clap" "$HOME/.clap/continuo" "$HOME/.vst3/Continuo.vst3" "$programs"
# Networks as the runtime prepared them.
rm -rf "${XDG_CACHE_HOME:-$HOME/.cache}/continuo/networks"
[ ! -L "$HOME/.local/bin/continuo" ] || rm "$HOME/.local/bin/continuo"
echo "Continuo is removed. Your genres, presets and models are still in ~/.local/share/continuo."
