//! How the demo's view looks: a part of Harbour, rather than of Daybook.

use crate::backend::Backend;
use crate::backend::auth::Steward;
use crate::backend::views::{self, Change};
use crate::domain::access::ViewId;
use crate::domain::opening::RecordedOpenings;
use crate::domain::problem::Problem;
use crate::domain::view::{Brand, HeaderLink, Image, SafeLink, ViewConfig};

const TITLE: &str = "Harbour Activity";
const COPYRIGHT: &str = "© {year} Harbour Freight Software";

/// Gives the view Harbour's brand, where nobody has given it one of their own and the log `is_demo`. `host` is the
/// address of Harbour's application, which has the logo; a view that wears the brand follows it to another address.
pub async fn dress(
    backend: &Backend,
    steward: &Steward,
    view: &ViewId,
    is_demo: bool,
    host: &str,
) -> Result<(), Problem> {
    let config = views::public(backend, view).await?.config;
    let is_dressed = config.brand.title == TITLE && config.brand.copyright == COPYRIGHT;
    let is_bare = config == ViewConfig::default();
    let dressed = ViewConfig { brand: brand(host), ..config.clone() };
    if dressed == config || !(is_dressed || is_bare && is_demo) {
        return Ok(());
    }
    // The demo’s page is opened again and again, and its log tells a story of its own.
    let recorded = is_bare.then_some(RecordedOpenings::Never);
    views::change(backend, steward, view, Change { config: Some(dressed), recorded, ..Change::default() }).await
}

fn brand(host: &str) -> Brand {
    let link = |label: &str, url: &str| SafeLink::parse(url).map(|url| HeaderLink { label: label.to_owned(), url });
    Brand {
        title: TITLE.to_owned(),
        title_link: SafeLink::parse(host),
        logo: Image::parse(&format!("{host}/demo.svg")),
        dark_logo: None,
        links: link("Ask Harbour", "mailto:records@harbour.example").into_iter().collect(),
        copyright: COPYRIGHT.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::clock::Clock;
    use crate::backend::rate::RateLimits;
    use crate::backend::secrets::ServerSecret;
    use crate::backend::start;
    use crate::backend::storage::sqlite::{Options, Sqlite};
    use std::sync::Arc;

    #[tokio::test]
    async fn only_a_bare_view_of_the_demo_s_log_is_dressed_and_follows_harbour() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Sqlite::open(folder.path(), Clock::system(), Options::default()).await.unwrap();
        let backend = Backend::new(Arc::new(storage), Clock::system(), ServerSecret::random(), RateLimits::default());
        let prepared = start::prepare(&backend).await.unwrap();
        let (steward, view) = (Steward::of_the_machine(prepared.project), prepared.view);
        let worn = async || views::public(&backend, &view).await.unwrap().config.brand;

        dress(&backend, &steward, &view, false, "http://127.0.0.1:1").await.unwrap();
        assert_eq!(worn().await, Brand::default());
        dress(&backend, &steward, &view, true, "http://127.0.0.1:1").await.unwrap();
        assert_eq!(worn().await, brand("http://127.0.0.1:1"));
        dress(&backend, &steward, &view, false, "http://127.0.0.1:2").await.unwrap();
        assert_eq!(worn().await.logo.unwrap().as_str(), "http://127.0.0.1:2/demo.svg");

        let own = ViewConfig { brand: Brand { title: "Ours".to_owned(), ..Brand::default() }, ..ViewConfig::default() };
        views::change(&backend, &steward, &view, Change { config: Some(own), ..Change::default() }).await.unwrap();
        dress(&backend, &steward, &view, true, "http://127.0.0.1:2").await.unwrap();
        assert_eq!(worn().await.title, "Ours");
        backend.close().await;
    }
}
