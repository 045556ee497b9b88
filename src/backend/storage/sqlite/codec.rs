//! How documents are kept small: zstd with a dictionary that knows what audit events look like.

use crate::domain::event::Unreadable;
use crate::domain::limits::LIMITS;
use std::cell::RefCell;
use std::sync::LazyLock;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::{CParameter, get_frame_content_size};

/// Trained on the demo's events (`cargo run --example train_dictionary`). Written into the log with every event, so a
/// better one gets the next version number; this one never changes.
const DICTIONARY: &[u8] = include_bytes!("dictionary_1.bin");
/// The first byte of a body: which dictionary it needs.
const VERSION: u8 = 1;
/// Higher levels gain a few percent here and cost twice the time.
const LEVEL: i32 = 1;

static ENCODER: LazyLock<EncoderDictionary<'static>> = LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, LEVEL));
static DECODER: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(DICTIONARY));

thread_local! {
    // Setting up a context costs more than a small document does.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Compresses a document.
pub fn encode(document: &[u8]) -> anyhow::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|slot| {
        let compressor = match slot {
            Some(compressor) => compressor,
            None => slot.insert(new_compressor()?),
        };
        let mut body = vec![VERSION];
        body.extend(compressor.compress(document)?);
        Ok(body)
    })
}

fn new_compressor() -> anyhow::Result<Compressor<'static>> {
    let mut compressor = Compressor::with_prepared_dictionary(&ENCODER)?;
    // The version byte names the dictionary already.
    compressor.set_parameter(CParameter::DictIdFlag(false))?;
    Ok(compressor)
}

/// Gives back what [`encode`] was given, or says why that cannot be.
pub fn decode(body: &[u8]) -> Result<Box<[u8]>, Unreadable> {
    let (&version, frame) = body.split_first().ok_or(Unreadable::Compression)?;
    if version != VERSION {
        return Err(if version > VERSION { Unreadable::Version } else { Unreadable::Compression });
    }
    let length = get_frame_content_size(frame).ok().flatten();
    // A frame that claims to hold more than any event does is not believed.
    let length = length.filter(|length| *length <= LIMITS.body_bytes).and_then(|length| usize::try_from(length).ok());
    let length = length.ok_or(Unreadable::Compression)?;
    DECOMPRESSOR.with_borrow_mut(|slot| {
        let decompressor = match slot {
            Some(decompressor) => decompressor,
            None => slot.insert(new_decompressor()?),
        };
        let document = decompressor.decompress(frame, length).map_err(|_| Unreadable::Compression)?;
        Ok(document.into_boxed_slice())
    })
}

fn new_decompressor() -> Result<Decompressor<'static>, Unreadable> {
    Decompressor::with_prepared_dictionary(&DECODER).map_err(|error| {
        tracing::error!(%error, "no decompressor can be made");
        Unreadable::Compression
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_comes_back_byte_for_byte() {
        for document in ["{}", "", "{\"a\": 1,  \"ä\": \"海\"}", &"x".repeat(100_000)] {
            let body = encode(document.as_bytes()).unwrap();
            assert_eq!(&*decode(&body).unwrap(), document.as_bytes());
        }
    }

    #[test]
    fn damaged_bodies_are_named_not_guessed() {
        let mut body = encode(b"{\"action\":\"user.invite\"}").unwrap();
        assert!(decode(&body[..body.len() - 1]).is_err());
        assert!(decode(&[]).is_err());
        body[0] = 9;
        assert!(decode(&body).is_err());
    }
}
