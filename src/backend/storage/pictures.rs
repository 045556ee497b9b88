//! What the product asks of a database about the pictures that views show.

use super::{StorageError, TrailLine};
use crate::domain::access::ProjectId;
use crate::domain::time::Timestamp;
use async_trait::async_trait;

/// A logo that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// SHA-256 of the bytes, in hexadecimal.
    pub id: String,
    /// Such as `image/png`.
    pub kind: String,
    pub bytes: Vec<u8>,
}

/// How many pictures there may be, and their bytes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureRoom {
    pub pictures: u64,
    pub bytes: u64,
}

/// What an upload must fit into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureLimits {
    pub of_project: PictureRoom,
    pub of_server: PictureRoom,
    /// Pictures that were uploaded before, and that nothing shows, make room. What is younger may be in a view that
    /// somebody is still working on.
    pub unused_before: Timestamp,
}

/// What became of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureStored {
    /// It is there, or was there before.
    Kept,
    /// The project has no room left.
    ProjectFull,
    /// The server has none.
    ServerFull,
}

/// Pictures, each with the projects that have uploaded it.
#[async_trait]
pub trait Pictures: Send + Sync + 'static {
    /// Keeps a picture that somebody of a project has uploaded, if there is room once what is unused was released.
    async fn keep_picture(
        &self,
        project: ProjectId,
        picture: &Picture,
        limits: &PictureLimits,
        line: &TrailLine,
    ) -> Result<PictureStored, StorageError>;
    async fn picture(&self, id: &str) -> Result<Option<Picture>, StorageError>;
}
