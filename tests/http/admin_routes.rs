//! Whether the lists of who may open what are complete: against the routes as they are written.

use crate::admin::{FORMS, OPEN, PAGES, within};
use std::path::Path;

/// Open to everybody where people may sign in at a provider, and absent elsewhere; `oidc.rs` opens them.
const AT_PROVIDER: [&str; 3] = ["/admin/sign-in/oidc", "/admin/sign-in/oidc/callback", "/admin/join/oidc"];

/// How a route is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Post,
}

/// The routes that a function of a file below `src/http/admin` makes, with those that it nests.
fn routes(file: &str, function: &str, base: &str) -> Vec<(Method, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/admin").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let body = text.split(&format!("fn {function}(")).nth(1).and_then(|rest| rest.split("\n}").next()).unwrap();
    let body = body.split_whitespace().collect::<Vec<_>>().join(" ").replace("( \"", "(\"");
    let mut found = Vec::new();
    for call in body.split(").").flat_map(|calls| calls.split(" .")) {
        let quoted = call.split('"').nth(1).unwrap_or_default();
        let at = format!("{base}{}", quoted.trim_end_matches('/'));
        if call.starts_with("route(") {
            found.extend(call.contains("get(").then(|| (Method::Get, at.clone())));
            found.extend((call.contains("post(")).then(|| (Method::Post, at.clone())));
        } else if call.starts_with("nest(") {
            let made = call.rsplit(", ").next().and_then(|made| made.split('(').next()).unwrap();
            found.extend(match made.rsplit_once("::") {
                Some((module, function)) => routes(&format!("{}.rs", module.replace("::", "/")), function, &at),
                None => routes(file, made, &at),
            });
        } else if let (Some((_, last)), true) = (found.last().cloned(), call.starts_with("post(")) {
            // The second half of `get(…).post(…)`.
            found.push((Method::Post, last));
        }
    }
    found
}

/// Whether a path is one of a route's, such as `/keys/{id}/roll`.
fn is_of(path: &str, route: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (path, route): (Vec<_>, Vec<_>) = (path.split('/').collect(), route.split('/').collect());
    path.len() == route.len() && path.iter().zip(&route).all(|(part, of)| of.starts_with('{') || part == of)
}

#[test]
fn every_route_is_among_those_that_are_tried_with_every_role() {
    let routes = routes("mod.rs", "routes", "");
    let open = || OPEN.into_iter().chain(AT_PROVIDER).map(str::to_owned);
    let pages: Vec<String> = PAGES.iter().map(|(path, _)| within("default", path)).chain(open()).collect();
    let forms: Vec<String> = FORMS.iter().map(|(path, ..)| within("default", path)).chain(open()).collect();
    let tried = |method: Method| if method == Method::Get { &pages } else { &forms };
    let missing: Vec<_> =
        routes.iter().filter(|(method, route)| !tried(*method).iter().any(|path| is_of(path, route))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    // What is tried is a route, so that no misspelt path passes for a closed one.
    for (method, paths) in [(Method::Get, &pages), (Method::Post, &forms)] {
        let open: Vec<String> = open().collect();
        for path in paths.iter().filter(|path| !open.contains(path)) {
            assert!(routes.iter().any(|(of, route)| *of == method && is_of(path, route)), "{method:?} {path}");
        }
    }
    assert!(routes.len() > 50, "{routes:?}");
}
