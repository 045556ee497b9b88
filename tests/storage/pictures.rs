//! Pictures of views: kept once, within a room, while something shows them.

use super::{Database, create_project, line};
use daybook::backend::storage::{
    Picture, PictureLimits, PictureRoom, PictureStored, Pictures, TrailLine, VersionRecord, Views,
};
use daybook::domain::access::{ProjectId, ViewId};
use daybook::domain::time::Timestamp;
use daybook::domain::view::{Brand, Image, ViewConfig};

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_kept_once() {
    let database = Database::new().await;
    let picture = picture('a', 2);
    for uuid in ["first", "again"] {
        let kept = database.storage.keep_picture(database.project, &picture, &room(1, 2, 0), &line(uuid)).await;
        assert_eq!(kept.unwrap(), PictureStored::Kept);
    }
    assert_eq!(database.storage.picture(&picture.id).await.unwrap(), Some(picture));
    assert_eq!(database.storage.picture("b").await.unwrap(), None);
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn picture(letter: char, bytes: usize) -> Picture {
    Picture { id: letter.to_string().repeat(64), kind: "image/png".to_owned(), bytes: vec![1; bytes] }
}

/// Room for so many pictures and bytes in a project, for twice as many pictures on the server.
fn room(pictures: u64, bytes: u64, unused_before: i64) -> PictureLimits {
    PictureLimits {
        of_project: PictureRoom { pictures, bytes },
        of_server: PictureRoom { pictures: 2 * pictures, bytes: 100 },
        unused_before: at(unused_before),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_have_a_room_in_each_project_and_one_in_all() {
    let database = Database::new().await;
    let (first, second) = (database.project, create_project(&database.storage, "second").await);
    let third = create_project(&database.storage, "third").await;
    let keep = async |project: ProjectId, letter: char, bytes: usize| {
        database.storage.keep_picture(project, &picture(letter, bytes), &room(2, 50, 0), &line("kept")).await.unwrap()
    };
    assert_eq!(keep(first, 'a', 51).await, PictureStored::ProjectFull);
    assert_eq!(keep(first, 'a', 40).await, PictureStored::Kept);
    assert_eq!(keep(first, 'b', 11).await, PictureStored::ProjectFull);
    assert_eq!(keep(first, 'b', 10).await, PictureStored::Kept);
    assert_eq!(keep(first, 'c', 1).await, PictureStored::ProjectFull);
    assert_eq!(keep(second, 'c', 1).await, PictureStored::Kept);
    assert_eq!(keep(second, 'a', 40).await, PictureStored::Kept, "another project’s picture takes no more room in all");
    assert_eq!(keep(third, 'd', 50).await, PictureStored::ServerFull);
    assert_eq!(keep(third, 'd', 49).await, PictureStored::Kept);
    assert_eq!(keep(third, 'e', 1).await, PictureStored::ServerFull);
    assert_eq!(database.storage.picture(&picture('e', 1).id).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_pictures_that_nothing_shows_make_room() {
    let database = Database::new().await;
    let view = ViewId::parse("vw_default").unwrap();
    let keep = async |letter: char, now: i64, unused_before: i64| {
        let line = TrailLine { at: at(now), ..line("kept") };
        let limits = room(3, 50, unused_before);
        database.storage.keep_picture(database.project, &picture(letter, 1), &limits, &line).await.unwrap()
    };
    for (letter, now) in [('a', 100), ('b', 200), ('c', 300)] {
        assert_eq!(keep(letter, now, 0).await, PictureStored::Kept);
    }
    let logo = |letter: char| Image::parse(&format!("/pictures/{}", picture(letter, 1).id));
    let shown = ViewConfig { brand: Brand { logo: logo('a'), ..Brand::default() }, ..ViewConfig::default() };
    let version = VersionRecord { version: 2, config: shown, author: "Ann".to_owned(), saved_at: at(400) };
    assert!(database.storage.save_view(&view, 1, &version, &line("saved")).await.unwrap());
    assert_eq!(keep('d', 500, 200).await, PictureStored::ProjectFull, "b and c may be in a view that is not saved yet");
    assert_eq!(keep('d', 600, 201).await, PictureStored::Kept);
    let there = async |letter: char| database.storage.picture(&picture(letter, 1).id).await.unwrap().is_some();
    assert_eq!((there('a').await, there('b').await, there('c').await, there('d').await), (true, false, true, true));
    let plain = VersionRecord { version: 3, config: ViewConfig::default(), ..version };
    assert!(database.storage.save_view(&view, 2, &plain, &line("saved again")).await.unwrap());
    assert_eq!(keep('d', 700, 650).await, PictureStored::Kept);
    assert_eq!((there('a').await, there('c').await), (true, false), "an earlier version can still be restored");
}
