//! Somebody who calls a running server.

use super::Server;
use reqwest::header::{HeaderMap, SET_COOKIE};
use serde_json::Value;

/// By its address.
pub struct Caller {
    url: String,
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The first cookie, as a browser sends it back.
    pub fn cookie(&self) -> String {
        self.headers[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
    }
}

impl Caller {
    pub fn of(server: &Server) -> Self {
        let address = server.greeting.split_whitespace().find_map(|word| word.strip_prefix("http://")).unwrap();
        let url = format!("http://{}", address.trim_end_matches(['.', ',', '/']));
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { url, runtime: tokio::runtime::Runtime::new().unwrap(), http }
    }

    fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            Answer { status, headers, text: answer.text().await.unwrap() }
        })
    }

    /// With an API key.
    pub fn get(&self, path: &str, bearer: &str) -> Answer {
        self.send(self.http.get(format!("{}{path}", self.url)).bearer_auth(bearer))
    }

    /// The same, which must succeed with JSON.
    pub fn json(&self, path: &str, bearer: &str) -> Value {
        let answer = self.get(path, bearer);
        assert_eq!(answer.status, 200, "{}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    }

    /// What the account trail tells, with a key that may read it.
    pub fn trail(&self, bearer: &str) -> Vec<String> {
        let told = self.json("/api/v1/events?client=daybook:trail&limit=1000", bearer);
        let entries = told["entries"].as_array().unwrap();
        entries.iter().filter_map(|entry| Some(entry["description"].as_str()?.to_owned())).collect()
    }

    /// As a browser, from a page of this machine.
    pub fn form(&self, path: &str, fields: &[(&str, &str)], cookie: &str) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = self.http.post(format!("{}{path}", self.url)).body(body);
        let form = form.header("content-type", "application/x-www-form-urlencoded");
        let form = form.header("sec-fetch-site", "same-origin").header("origin", self.url.as_str());
        self.send(form.header("cookie", cookie))
    }
}
