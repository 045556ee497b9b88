//! A row of the log: what it says, whatever its bytes are, and the checksum that tells whether it was written so.

use super::codec;
use crate::backend::storage::Stored;
use crate::domain::event::{EventId, Stamp, Unreadable};
use crate::domain::time::Timestamp;
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Decode, Row as _};

/// The columns of an event `e` and its client `c` that [`Row::read`] needs. The last is its checksum, or -1 where it was
/// stored before there were any and has not been given one yet.
pub const COLUMNS: &str = "e.seq, e.id, e.occurred_at, e.digest, e.body, e.client, c.log, c.project, c.uuid,
     coalesce(e.checksum, (select -1 from unsealed where e.seq > done and e.seq <= through))";
/// How many they are.
pub const COUNT: usize = 10;
/// Where they are from.
pub const FROM: &str = "event e join client c on c.id = e.client";

/// Stands for a checksum that is still to be made.
const UNSEALED: i64 = -1;

/// Everything that a row says beside its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub seq: i64,
    pub id: Vec<u8>,
    pub project: i64,
    /// The client's own id.
    pub client: String,
    pub occurred_at: i64,
    pub digest: i64,
}

/// An event's row.
pub struct Row {
    pub key: Key,
    /// The client's number, and the log that the event counts in beside its client's.
    pub logs: [i64; 2],
    pub stored: Stored,
    /// Whether its checksum says that it is as it was written.
    pub is_sealed: bool,
}

/// Covers a row: its place, its client by name and project, and all its columns. CRC-32 finds every single changed bit and
/// every changed run of up to 32, in a few dozen nanoseconds for a row; whoever alters a row on purpose could make any
/// checksum anew.
pub fn checksum(key: &Key, body: &[u8]) -> i64 {
    let Key { seq, id, project, client, occurred_at, digest } = key;
    checksum_of((*seq, *project, *occurred_at, *digest), id, client, body)
}

/// The same from the columns.
pub fn checksum_of(numbers: (i64, i64, i64, i64), id: &[u8], client: &str, body: &[u8]) -> i64 {
    let mut hash = crc32fast::Hasher::new();
    for number in [numbers.0, numbers.1, numbers.2, numbers.3] {
        hash.update(&number.to_le_bytes());
    }
    // With their lengths, so that nothing moves from one column into the next.
    for bytes in [id, client.as_bytes(), body] {
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    i64::from(hash.finalize())
}

impl Row {
    /// Reads a row of [`COLUMNS`]. It never fails: what is damaged is told as such.
    pub fn read(row: &SqliteRow) -> Self {
        let id: &[u8] = column(row, 1);
        let body: &[u8] = column(row, 4);
        let client: &[u8] = column(row, 8);
        let key = Key {
            seq: column(row, 0),
            id: id.to_vec(),
            project: column(row, 7),
            client: String::from_utf8_lossy(client).into_owned(),
            occurred_at: column(row, 2),
            digest: column(row, 3),
        };
        let sealed: Option<i64> = row.try_get_unchecked(9).ok();
        let is_sealed = sealed.is_some_and(|sum| sum != UNSEALED && sum == checksum(&key, body));
        let is_whole = id.len() == 16 && (is_sealed || sealed == Some(UNSEALED));
        let document = if is_whole { codec::decode(body) } else { Err(Unreadable::Altered) };
        let stamp = Stamp { id: event_id(id), occurred_at: Timestamp::from_millis(key.occurred_at) };
        let stored = Stored { stamp, client: key.client.clone(), document };
        Self { logs: [column(row, 5), column(row, 6)], key, stored, is_sealed }
    }

    /// Whether the event is of a log: one client's, one project's, or one project's trail.
    pub fn is_of(&self, log: i64) -> bool {
        self.logs.contains(&log)
    }

    /// When it happened, held within what a moment may be.
    pub fn moment(&self) -> i64 {
        self.stored.stamp.occurred_at.millis()
    }
}

/// A column's value; nothing in the place of one of another kind.
fn column<'r, T: Default + Decode<'r, Sqlite>>(row: &'r SqliteRow, at: usize) -> T {
    row.try_get_unchecked(at).unwrap_or_default()
}

/// An id from its column. One of another length is damaged; what there is of it still tells it from others.
pub fn event_id(bytes: &[u8]) -> EventId {
    let mut id = [0; 16];
    let length = bytes.len().min(id.len());
    id[..length].copy_from_slice(&bytes[..length]);
    EventId::from_bytes(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_single_flipped_bit_changes_the_checksum() {
        let key = Key {
            seq: 7,
            id: vec![1; 16],
            project: 2,
            client: "acme".to_owned(),
            occurred_at: 1_700_000_000_000,
            digest: -5,
        };
        let body = b"{\"action\":\"user.invite\"}".to_vec();
        let whole = checksum(&key, &body);
        for bit in 0..64 {
            for change in [
                |key: &mut Key, bit: i64| key.seq ^= bit,
                |key: &mut Key, bit: i64| key.project ^= bit,
                |key: &mut Key, bit: i64| key.occurred_at ^= bit,
                |key: &mut Key, bit: i64| key.digest ^= bit,
            ] {
                let mut altered = key.clone();
                change(&mut altered, 1 << bit);
                assert_ne!(checksum(&altered, &body), whole);
            }
        }
        for bit in 0..body.len() * 8 {
            let mut altered = body.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(checksum(&key, &altered), whole);
        }
    }

    #[test]
    fn nothing_moves_from_one_column_into_the_next() {
        let of = |client: &str, body: &[u8]| checksum_of((1, 1, 1, 1), &[0; 16], client, body);
        assert_ne!(of("ab", b"c"), of("a", b"bc"));
    }
}
