//! The events that are sent: the demo's generator, mostly one large client so that its log is the one to search.

use daybook::backend::demo;
use daybook::domain::time::Timestamp;

/// The moment at which all of them have happened.
pub fn now() -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000)
}

/// Events as JSON texts.
pub struct Corpus {
    documents: Vec<String>,
}

impl Corpus {
    /// Always the same events.
    pub fn new(events: usize) -> Self {
        Self { documents: demo::documents(7, now(), 40, events as u64).collect() }
    }

    pub fn len(&self) -> usize {
        self.documents.len()
    }

    pub fn mean_bytes(&self) -> f64 {
        self.documents.iter().map(String::len).sum::<usize>() as f64 / self.documents.len() as f64
    }

    pub fn documents(&self) -> &[String] {
        &self.documents
    }

    /// As many, spread evenly over the whole, so that a small log is a thinner large one.
    pub fn first(&self, events: usize) -> Self {
        let step = (self.documents.len() / events).max(1);
        Self { documents: self.documents.iter().step_by(step).take(events).cloned().collect() }
    }

    /// Request bodies of so many events each.
    pub fn bodies(&self, batch: usize) -> Vec<String> {
        self.documents.chunks(batch).map(|events| format!("[{}]", events.join(","))).collect()
    }
}
