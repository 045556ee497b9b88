//! Logos that are uploaded.

use crate::backend::Backend;
use crate::backend::auth::Member;
use crate::backend::storage::Picture;
use crate::backend::trail::{self, Deed};
use crate::domain::people::Right;
use crate::domain::problem::Problem;
use crate::domain::view::{Image, KEPT, LARGEST_PICTURE};
use sha2::{Digest, Sha256};

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
    backend.storage.keep_picture(project, &picture, &line).await.map_err(|error| backend.internal(error))?;
    Ok(image)
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
