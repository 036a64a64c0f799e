#!/bin/sh
# Installs Continuo for this user. uninstall.sh beside it removes it again.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
programs=${XDG_DATA_HOME:-$HOME/.local/share}/continuo-program
mkdir -p "$HOME/.clap/continuo" "$HOME/.vst3" "$HOME/.local/bin" "$programs"

# Beside their places first and then moved: a host that runs keeps the file that it has opened.
put() {
    cp -R "$1" "$2.new"
    rm -rf "$2"
    mv "$2.new" "$2"
}
put "$here/Continuo.clap" "$HOME/.clap/Continuo.clap"
put "$here/Continuo.vst3" "$HOME/.vst3/Continuo.vst3"
put "$here/continuo" "$programs/continuo"
for library in "$here"/libonnxruntime.so*; do
    [ -e "$library" ] || continue
    put "$library" "$HOME/.clap/continuo/$(basename "$library")"
    put "$library" "$programs/$(basename "$library")"
done
for licence in LICENSE THIRD-PARTY-NOTICES.txt ONNX-RUNTIME-LICENSE.txt ONNX-RUNTIME-NOTICES.txt; do
    [ ! -e "$here/$licence" ] || put "$here/$licence" "$programs/$licence"
done
ln -sf "$programs/continuo" "$HOME/.local/bin/continuo"
echo "Continuo is installed. Rescan the plugins in your host; on the command line: ~/.local/bin/continuo doctor"
