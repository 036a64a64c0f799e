use super::{samples::interleaved, *};

fn sound() -> Stereo {
    let side = |factor: f32| (0..10_000).map(|index| (index as f32 * factor).sin() * 0.8).collect::<Vec<f32>>();
    Stereo { sample_rate: 44_100, left: side(0.05), right: side(0.07) }
}

#[test]
fn a_wav_file_is_read_back_sample_by_sample() {
    let sound = sound();
    let bytes = AudioFormat::Wav.encode(&sound).expect("a file");
    let mut reader = hound::WavReader::new(bytes.as_slice()).expect("a WAV file");
    assert_eq!((reader.spec().channels, reader.spec().sample_rate, reader.spec().bits_per_sample), (2, 44_100, 16));
    let read: Vec<i32> = reader.samples::<i32>().map(|sample| sample.expect("a sample")).collect();
    assert_eq!(read, interleaved(&sound, 16).collect::<Vec<_>>());
    // PCM, 16 bits, and nothing between the format and the samples: what every reader takes.
    assert_eq!((&bytes[16..22], &bytes[36..40]), ([16, 0, 0, 0, 1, 0].as_slice(), b"data".as_slice()));
}

#[test]
fn a_flac_file_is_read_back_sample_by_sample() {
    for (format, bits) in [(AudioFormat::Flac, 24), (AudioFormat::SmallFlac, 16)] {
        let sound = sound();
        let bytes = format.encode(&sound).expect("a file");
        let mut reader = claxon::FlacReader::new(bytes.as_slice()).expect("a FLAC file");
        let info = reader.streaminfo();
        assert_eq!((info.channels, info.sample_rate, info.bits_per_sample), (2, 44_100, bits));
        assert_eq!(info.samples, Some(10_000));
        let read: Vec<i32> = reader.samples().map(|sample| sample.expect("a sample")).collect();
        assert_eq!(read, interleaved(&sound, bits).collect::<Vec<_>>());
    }
}

#[test]
fn full_scale_is_not_passed_and_endings_choose_the_format() {
    let loud = Stereo { sample_rate: 48_000, left: vec![2.0], right: vec![-2.0] };
    assert_eq!(interleaved(&loud, 16).collect::<Vec<_>>(), [32_767, -32_767]);
    assert_eq!(AudioFormat::of(Path::new("a/Song.WAV")).expect("known"), AudioFormat::Wav);
    assert_eq!(AudioFormat::of(Path::new("song.flac")).expect("known"), AudioFormat::Flac);
    for name in ["song.mp3", "song"] {
        let error = AudioFormat::of(Path::new(name)).expect_err("unknown").to_string();
        assert!(error.contains(name) && error.contains(".wav or .flac"), "{error}");
    }
}
