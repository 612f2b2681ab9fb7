//! Those who write slowly, in turns, ahead of time or without a call: a file is taken when nobody has it open for writing.

use std::{
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    os::fd::AsRawFd,
};

use crate::rig::{Rig, Setup};

#[test]
fn one_writer_hands_over_to_the_next() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    let path = rig.path("inbox/turns.txt");
    let mut writer = File::create(&path).unwrap();
    for turn in 0..4 {
        write!(writer, "turn {turn}, ").unwrap();
        let next = File::options().append(true).open(&path).unwrap();
        // A close after writing, and yet not the end.
        drop(std::mem::replace(&mut writer, next));
        rig.until_open("turns.txt");
    }
    assert!(path.is_file());
    drop(writer);
    rig.until_published("curated/turns.txt");
    assert_eq!(fs::read_to_string(rig.path("curated/turns.txt")).unwrap(), "turn 0, turn 1, turn 2, turn 3, ");
    daemon.stop();
}

#[test]
fn a_file_made_in_its_full_size_first_is_not_taken_for_nuls() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup { real: true, ..Setup::default() });
    let mut file = File::create(rig.path("inbox/ahead.txt")).unwrap();
    let line = |number: u32| format!("The wood of pear tree {number} is hard, and it takes a polish well.\n");
    let text: String = (0..100).map(line).collect();
    file.set_len(text.len() as u64).unwrap();
    rig.until_open("ahead.txt");
    // From the end to the beginning, as some downloads come.
    for at in (0..text.len()).step_by(100).rev() {
        file.seek(SeekFrom::Start(at as u64)).unwrap();
        file.write_all(&text.as_bytes()[at..(at + 100).min(text.len())]).unwrap();
    }
    drop(file);
    rig.until_published("curated/ahead.txt");
    assert_eq!(fs::read_to_string(rig.path("curated/ahead.txt")).unwrap(), text);
    daemon.stop();
}

#[test]
fn a_file_written_to_through_memory_waits_for_the_map_to_go() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    let text = b"written without a call";
    let file = File::options().read(true).write(true).create_new(true).open(rig.path("inbox/map.txt")).unwrap();
    file.set_len(text.len() as u64).unwrap();
    #[expect(unsafe_code, reason = "nothing else maps memory; it is unmapped below, and nobody shortens the file")]
    let map = unsafe {
        let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED);
        libc::mmap(std::ptr::null_mut(), text.len(), protection, flags, file.as_raw_fd(), 0)
    };
    assert_ne!(map, libc::MAP_FAILED);
    // The handle is gone, and no event will tell of what is written.
    drop(file);
    rig.until_open("map.txt");
    #[expect(unsafe_code, reason = "the map is as long as the text, and ours alone to write to")]
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr(), map.cast(), text.len());
        assert_eq!(libc::munmap(map, text.len()), 0);
    }
    rig.until_published("curated/map.txt");
    assert_eq!(fs::read(rig.path("curated/map.txt")).unwrap(), text);
    daemon.stop();
}

#[test]
fn a_download_under_another_name_is_taken_once_it_has_its_own() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    let mut file = File::create(rig.path("inbox/page.txt.part")).unwrap();
    file.write_all(b"half, ").unwrap();
    rig.until_state("page.txt.part", "ignored");
    // Renamed before it is whole: still open, still not taken.
    rustix::fs::rename(rig.path("inbox/page.txt.part"), rig.path("inbox/page.txt")).unwrap();
    rig.until_open("page.txt");
    file.write_all(b"whole").unwrap();
    drop(file);
    rig.until_published("curated/page.txt");
    assert_eq!(fs::read_to_string(rig.path("curated/page.txt")).unwrap(), "half, whole");
    daemon.stop();
}
