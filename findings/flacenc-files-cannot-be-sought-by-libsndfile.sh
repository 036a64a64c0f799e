#!/usr/bin/env bash
# Packages: flacenc 0.5.1 (Rust), soundfile 0.14.0 (Python, brings libsndfile and libFLAC). Seen on 2026-11-28.
#
# A FLAC file states its smallest and largest block, and the last block, which is nearly always short, does not count. flacenc counts it.
# Its own check of the stream is content, and so is a reader that starts at the beginning: every sample is right. But the file now claims
# blocks of different sizes while its frames are numbered as if all were equal, and libsndfile cannot seek past the first block: "Internal
# psf_fseek() failed". When the length is a multiple of the block, or those two bytes are corrected, seeking works.
#
# Who meets it: whoever exports audio from Rust and opens it in what uses libsndfile: editors that jump about, loaders with an offset.
# For us: after encoding, call stream_info_mut().set_block_sizes(block, block), or pad the last block.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/encode/src"
cd "$folder/encode"
cat > Cargo.toml <<'TOML'
[package]
name = "encode"
version = "0.0.0"
edition = "2021"

[dependencies]
flacenc = "=0.5.1"

[profile.dev]
debug = false

[workspace]
TOML
cat > src/main.rs <<'RUST'
use flacenc::component::BitRepr;
use flacenc::error::Verify;

fn main() {
    for length in [8192_usize, 10_000] {
        let samples: Vec<i32> = (0..length).map(|i| ((i as f64 * 0.05).sin() * 20_000.0) as i32).collect();
        let config = flacenc::config::Encoder::default().into_verified().unwrap();
        let source = flacenc::source::MemSource::from_samples(&samples, 1, 16, 44_100);
        let stream = flacenc::encode_with_fixed_block_size(&config, source, 4096).unwrap();
        stream.verify().unwrap();
        let mut sink = flacenc::bitsink::ByteSink::new();
        stream.write(&mut sink).unwrap();
        std::fs::write(format!("../{length}.flac"), sink.as_slice()).unwrap();
    }
}
RUST
CARGO_TARGET_DIR="$folder/target" nice -n 15 cargo run -q
python3 -m venv "$folder/venv"
nice -n 15 "$folder/venv/bin/pip" install -q --disable-pip-version-check soundfile==0.14.0 numpy==2.4.6
cat > "$folder/seek.py" <<'PY'
import math
import sys
import soundfile

def state(path, length):
    data = open(path, "rb").read()
    blocks = int.from_bytes(data[8:10], "big"), int.from_bytes(data[10:12], "big")
    read, _ = soundfile.read(path, dtype="int16")
    whole = len(read) == length and all(abs(int(s) - int(math.sin(i * 0.05) * 20000)) <= 1 for i, s in enumerate(read))
    with soundfile.SoundFile(path) as file:
        try:
            file.seek(5000)
            sought = bool((file.read(3, dtype="int16") == read[5000:5003]).all())
        except soundfile.LibsndfileError as error:
            print("  ", error)
            sought = False
    print(f"{length} samples, blocks from {blocks[0]} to {blocks[1]}: reads whole {whole}, seeks {sought}")
    return blocks, whole, sought

folder = sys.argv[1]
print(soundfile.__libsndfile_version__)
even, odd = state(folder + "/8192.flac", 8192), state(folder + "/10000.flac", 10000)
data = bytearray(open(folder + "/10000.flac", "rb").read())
data[8:10] = data[10:12]
open(folder + "/corrected.flac", "wb").write(data)
corrected = state(folder + "/corrected.flac", 10000)
if even != ((4096, 4096), True, True) or corrected != ((4096, 4096), True, True):
    sys.exit("A file with blocks of one size no longer reads and seeks.")
if odd != ((1808, 4096), True, False):
    sys.exit("A file with a short last block now states other blocks, or can be sought.")
PY
nice -n 15 "$folder/venv/bin/python" "$folder/seek.py" "$folder"
