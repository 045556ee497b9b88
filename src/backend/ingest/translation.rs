//! How the events of another API become ours.

use serde_json::Value;

/// What the door of another API knows of its events. Every event is kept as its sender wrote it beside the translation.
pub trait Translation: Send + Sync {
    /// The API's name, such as `epilot`: its own events are known by it.
    fn api(&self) -> &str;

    /// An event in our own API's JSON. Values of a wrong type are handed on as they are: they are found in the result.
    fn translate(&self, sent: &Value) -> Value;

    /// A path of our JSON in the words of the sender, for a fault: `actor.uuid` may be `actor.id`.
    fn their_path(&self, ours: &str) -> String;

    /// How long a repeated `uuid` is the same event, in milliseconds; for good where `None`.
    fn uuid_holds(&self) -> Option<i64> {
        None
    }
}

impl<T: Translation + ?Sized> Translation for &T {
    fn api(&self) -> &str {
        (**self).api()
    }

    fn translate(&self, sent: &Value) -> Value {
        (**self).translate(sent)
    }

    fn their_path(&self, ours: &str) -> String {
        (**self).their_path(ours)
    }

    fn uuid_holds(&self) -> Option<i64> {
        (**self).uuid_holds()
    }
}
