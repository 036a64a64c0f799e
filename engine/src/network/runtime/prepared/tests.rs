use super::*;

const CHECKSUM: &str = "0123456789abcdef0123456789abcdef";

/// Writes a network without weights, as the runtime would.
fn save(folder: &Path) -> Result<Vec<Vec<f32>>, PrepareError> {
    let mut network = Vec::new();
    crate::network::model::protobuf::push_text(&mut network, 7, "");
    fs::write(folder.join(NETWORK), network)?;
    Ok(vec![vec![1.0, -0.0]])
}

fn place(folder: &Path) -> PreparedNetwork {
    PreparedNetwork::of(&CacheFolder::at(folder), CHECKSUM)
}

/// The names of the files and folders among the networks.
fn names(place: &PreparedNetwork) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(&place.networks)?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

#[test]
fn a_prepared_network_is_found_again_until_it_changes() -> Result<(), PrepareError> {
    let folder = tempfile::tempdir()?;
    let place = place(folder.path());
    assert_eq!(place.find(), None);
    let path = place.make(save, |_| Ok(vec![vec![1.0, -0.0]]))?;
    assert_eq!(place.find().as_ref(), Some(&path));
    assert_eq!(names(&place)?, [place.key.as_str()], "nothing else is left");
    fs::write(&path, b"damaged")?;
    assert_eq!(place.find(), None, "another length");
    let path = place.make(save, |_| Ok(vec![vec![1.0, -0.0]]))?;
    let same_length = fs::read(&path)?;
    std::thread::sleep(Duration::from_millis(20));
    fs::write(&path, same_length)?;
    assert_eq!(place.find(), None, "another time");
    Ok(())
}

#[test]
fn a_network_that_computes_something_else_is_not_kept() -> Result<(), PrepareError> {
    let folder = tempfile::tempdir()?;
    let place = place(folder.path());
    for other in [vec![vec![1.0, 0.0]], vec![vec![1.0]], vec![]] {
        assert!(matches!(place.make(save, |_| Ok(other)), Err(PrepareError::Differs)));
    }
    assert_eq!(names(&place)?, [""; 0], "nothing is left");
    Ok(())
}

#[test]
fn what_ended_the_process_is_not_tried_for_ever() -> Result<(), PrepareError> {
    let folder = tempfile::tempdir()?;
    let place = place(folder.path());
    fs::create_dir_all(&place.networks)?;
    for _ in 0..TRIES {
        // The process ended.
        std::mem::forget(Attempt::begin(&place.networks, &place.key)?);
    }
    let made = place.make(save, |_| panic!("it is not tried again"));
    assert!(matches!(made, Err(PrepareError::Unfinished)), "{made:?}");
    let other = PreparedNetwork::of(&CacheFolder::at(folder.path()), "another");
    other.make(save, |_| Ok(vec![vec![1.0, -0.0]]))?;
    Ok(())
}

#[test]
fn two_that_prepare_the_same_network_keep_one() -> Result<(), PrepareError> {
    let folder = tempfile::tempdir()?;
    let place = place(folder.path());
    let path = place.make(save, |_| {
        // Another process is faster.
        place.make(save, |_| Ok(vec![vec![1.0, -0.0]]))?;
        Ok(vec![vec![1.0, -0.0]])
    })?;
    assert_eq!(place.find(), Some(path));
    assert_eq!(names(&place)?, [place.key.as_str()]);
    Ok(())
}

#[test]
fn what_nobody_uses_any_more_is_deleted() -> Result<(), PrepareError> {
    let folder = tempfile::tempdir()?;
    let place = place(folder.path());
    let old = PreparedNetwork::of(&CacheFolder::at(folder.path()), "old");
    let used = PreparedNetwork::of(&CacheFolder::at(folder.path()), "used");
    for kept in [&old, &used] {
        let path = kept.make(save, |_| Ok(vec![vec![1.0, -0.0]]))?;
        let file = fs::File::options().append(true).open(path.with_file_name(FILES))?;
        file.set_modified(SystemTime::now() - UNUSED - HALF_MADE)?;
    }
    // Somebody loads one of them.
    assert!(used.find().is_some());
    place.make(save, |_| Ok(vec![vec![1.0, -0.0]]))?;
    assert_eq!((old.find(), used.find().is_some()), (None, true));
    Ok(())
}

#[test]
fn a_folder_that_cannot_be_written_to_is_an_error() -> Result<(), PrepareError> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("file");
    fs::write(&file, b"")?;
    assert!(matches!(place(&file).make(save, |_| Ok(vec![])), Err(PrepareError::Files(_))));
    Ok(())
}
