//! Logos that are uploaded.

use crate::backend::Backend;
use crate::backend::auth::Member;
use crate::backend::storage::{Picture, PictureLimits, PictureRoom, PictureStored};
use crate::backend::trail::{self, Deed};
use crate::domain::people::Right;
use crate::domain::problem::{Faults, Problem};
use crate::domain::view::{Image, KEPT, LARGEST_PICTURE};
use sha2::{Digest, Sha256};

/// What a project may keep: a logo for each of some thousand clients.
const OF_PROJECT: PictureRoom = PictureRoom { pictures: 5_000, bytes: 128 * 1024 * 1024 };
/// What all projects may keep together.
const OF_SERVER: PictureRoom = PictureRoom { pictures: 20_000, bytes: 512 * 1024 * 1024 };
/// How long a picture may wait for the view to be saved that shows it, in milliseconds.
const DRAFT: i64 = 24 * 60 * 60 * 1000;

/// Keeps a picture, known by what its bytes are, whatever its name was.
pub async fn keep_picture(backend: &Backend, member: &Member, bytes: Vec<u8>) -> Result<Image, Problem> {
    let project = member.project_to(Right::DesignViews)?;
    let limit = u64::from(LARGEST_PICTURE);
    if bytes.len() as u64 > limit {
        return Err(Problem::TooLarge { what: "The picture".to_owned(), limit });
    }
    let kind =
        kind(&bytes).ok_or_else(|| Problem::invalid("picture", "expected a PNG, JPEG, WebP, GIF or SVG file"))?;
    let id = format!("{:x}", Sha256::digest(&bytes));
    let image = Image::parse(&format!("{KEPT}{id}")).ok_or(Problem::Internal)?;
    let picture = Picture { id, kind: kind.to_owned(), bytes };
    let line = trail::line(backend, &member.person().by(), &Deed::PictureUploaded { address: image.as_str() });
    let unused_before = backend.clock.now().plus_millis(-DRAFT);
    let limits = PictureLimits { of_project: OF_PROJECT, of_server: OF_SERVER, unused_before };
    let stored = backend.storage.keep_picture(project, &picture, &limits, &line).await;
    let full = |whose: &str, PictureRoom { pictures, bytes }: PictureRoom| {
        let most = format!("{whose} keeps at most {pictures} pictures and {} MB", bytes / (1024 * 1024));
        Problem::invalid("picture", format!("{most}. Remove logos that are not needed, or give a web address instead"))
    };
    match stored.map_err(|error| backend.internal(error))? {
        PictureStored::Kept => Ok(image),
        PictureStored::ProjectFull => Err(full("A project", OF_PROJECT)),
        PictureStored::ServerFull => Err(full("This server", OF_SERVER)),
    }
}

/// Refuses images that were uploaded here once and have been released since, each by the field that it stands in.
pub(super) async fn check_kept(backend: &Backend, images: &[(&str, Option<&Image>)]) -> Result<(), Problem> {
    let mut faults = Faults::default();
    for (field, image) in images {
        let Some(id) = image.and_then(|image| image.as_str().strip_prefix(KEPT)) else { continue };
        let kept = backend.storage.picture(id).await.map_err(|error| backend.internal(error))?;
        if kept.is_none() {
            faults.add(*field, "This picture is not kept here any more. Upload it again");
        }
    }
    faults.or(())
}

/// A picture, for anybody: it stands in customers' pages.
pub async fn picture(backend: &Backend, id: &str) -> Result<Picture, Problem> {
    let found = backend.storage.picture(id).await.map_err(|error| backend.internal(error))?;
    found.ok_or(Problem::NotFound)
}

/// What a picture is by its first bytes. An SVG is shown as an image only, in which no script of it runs.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        _ => {
            let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
            let is_svg = text.starts_with("<svg") || text.starts_with("<?xml") || text.starts_with("<!--");
            (is_svg && text.contains("<svg")).then_some("image/svg+xml")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
        assert_eq!(kind(b"<?xml version='1.0'?><svg xmlns='x'/>"), Some("image/svg+xml"));
        assert_eq!(kind(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        for other in [&b"<html><svg>"[..], b"", b"<?xml version='1.0'?><a/>", b"\xff\xfe\0"] {
            assert_eq!(kind(other), None);
        }
    }
}
