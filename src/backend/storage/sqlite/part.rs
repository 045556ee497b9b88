//! Parts of the index that are bytes of our own making: each says its version, and a checksum tells whether it is what was
//! written, and whether it stands where it was put.

use crate::backend::storage::StorageError;

/// The first byte of a part. What a part holds may change with the version of the whole index; this is of the frame.
const VERSION: u8 = 1;
/// Version and checksum.
const FRAME: usize = 5;

/// Where a part stands: numbers that no other part has.
pub type Place = [i64; 4];

/// A part for a place.
pub fn seal(place: Place, content: &[u8]) -> Vec<u8> {
    let mut part = Vec::with_capacity(FRAME + content.len());
    part.push(VERSION);
    part.extend(checksum(place, content).to_le_bytes());
    part.extend(content);
    part
}

/// The content of a part that was sealed for this place.
pub fn open(place: Place, part: &[u8]) -> Result<&[u8], StorageError> {
    let content = part
        .split_first_chunk::<FRAME>()
        .filter(|(frame, content)| frame[0] == VERSION && frame[1..] == checksum(place, content).to_le_bytes());
    content.map(|(_, content)| content).ok_or_else(|| damaged(place))
}

/// A part that is not what was written.
pub fn damaged(place: Place) -> StorageError {
    StorageError::Index(format!("part {place:?} is damaged"))
}

fn checksum(place: Place, content: &[u8]) -> u32 {
    let mut hash = crc32fast::Hasher::new();
    for number in place {
        hash.update(&number.to_le_bytes());
    }
    hash.update(content);
    hash.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_opens_as_it_was_sealed_where_it_was_put_and_nowhere_else() {
        let part = seal([1, 2, 3, 4], b"some columns");
        assert_eq!(open([1, 2, 3, 4], &part).unwrap(), b"some columns");
        assert!(open([1, 2, 3, 5], &part).is_err());
        for cut in 0..part.len() {
            assert!(open([1, 2, 3, 4], &part[..cut]).is_err());
        }
        for bit in 0..part.len() * 8 {
            let mut altered = part.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(open([1, 2, 3, 4], &altered).is_err(), "bit {bit}");
        }
    }
}
