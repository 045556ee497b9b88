//! Names of fields that no sender may use, at whatever depth and with whatever value.

use super::person::tree::Tree;
use super::sent::NOTE;
use crate::domain::problem::Faults;

/// Names that begin so are private to the JSON library: it reads an object with such a member as a number, or as the
/// JSON that a text holds.
const PRIVATE: &str = "$serde_json::private::";

/// Refuses reserved names, each under its path. What stands under [`NOTE`] would be believed to be ours. `json` is valid
/// JSON.
pub fn check_reserved(json: &str, path: &str, faults: &mut Faults) {
    // Every reserved name begins with this sign, as it is or escaped.
    if !json.contains('$') && !json.contains("\\u0024") {
        return;
    }
    let Some(tree) = Tree::of(json) else {
        faults.add(path, "expected JSON of fewer levels");
        return;
    };
    tree.visit(|at, names| {
        let is_named = tree.nodes[at].name.is_some();
        if is_named && names.last().is_some_and(|name| name == NOTE || name.starts_with(PRIVATE)) {
            let dot = if path.is_empty() { "" } else { "." };
            faults.add(format!("{path}{dot}{}", names.join(".")), "is a reserved name");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &str) -> Vec<String> {
        let mut faults = Faults::default();
        check_reserved(json, "[0]", &mut faults);
        faults.iter().map(|(path, _)| path.to_owned()).collect()
    }

    #[test]
    fn a_reserved_name_is_refused_whatever_its_value_and_however_it_is_written() {
        for value in ["null", "{}", "[]", "1", "\"x\"", "true", "{\"masked\":[]}"] {
            for name in ["$daybook", "\\u0024daybook", "$\\u0064aybook"] {
                assert_eq!(refused(&format!(r#"{{"{name}":{value},"a":1}}"#)), ["[0].$daybook"], "{name} {value}");
            }
        }
        assert_eq!(refused(r#"{"$daybook":null,"a":1,"$daybook":null}"#), ["[0].$daybook"]);
        assert_eq!(refused(r#"{"a":[{"b":{"$daybook":1}}]}"#), ["[0].a.b.$daybook"]);
    }

    #[test]
    fn the_json_library_s_own_names_are_refused_at_any_depth() {
        for name in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
            assert_eq!(refused(&format!(r#"{{"metadata":{{"x":[[{{"{name}":"1"}}]]}}}}"#)).len(), 1, "{name}");
        }
    }

    #[test]
    fn the_same_words_are_fine_as_values_and_as_parts_of_names() {
        let json =
            r#"{"a":"$daybook","$a":"$serde_json::private::Number","b":["$daybook"],"my$daybook":1,"$daybooks":2}"#;
        assert_eq!(refused(json), Vec::<String>::new());
    }
}
