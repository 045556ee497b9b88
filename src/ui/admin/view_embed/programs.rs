//! What a company puts into its pages and onto its server, with a view's own values: texts to copy.

/// A text to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Unique, such as `node`.
    pub id: &'static str,
    pub name: &'static str,
    pub text: String,
}

/// The values of a view. None of them is secret.
#[derive(Debug, Clone, Default)]
pub struct Values {
    pub view: String,
    /// Where the server is, such as `https://audit.example.com`.
    pub host: String,
    /// Names the newest signing secret.
    pub kid: String,
}

const PAGES: [(&str, &str, &str); 3] = [
    ("page", "Any page", include_str!("pages/token.html")),
    ("react", "React", include_str!("pages/react.jsx")),
    ("vue", "Vue", include_str!("pages/vue.vue")),
];

const SERVERS: [(&str, &str, &str); 8] = [
    ("node", "Node", include_str!("programs/node.mjs")),
    ("python", "Python", include_str!("programs/python.py")),
    ("ruby", "Ruby", include_str!("programs/ruby.rb")),
    ("php", "PHP", include_str!("programs/php.php")),
    ("go", "Go", include_str!("programs/go.go")),
    ("java", "Java", include_str!("programs/java.java")),
    ("csharp", "C#", include_str!("programs/csharp.cs")),
    ("rust", "Rust", include_str!("programs/rust.rs")),
];

impl Values {
    /// What goes into a page that brings a signed token.
    pub fn pages(&self) -> Vec<Program> {
        self.programs(&PAGES)
    }

    /// What signs the tokens on the company's server. The secret comes from its environment, as `AUDIT_SECRET`.
    pub fn servers(&self) -> Vec<Program> {
        self.programs(&SERVERS)
    }

    /// What goes into a page that brings the access key.
    pub(super) fn page_with_key(&self, access_key: &str) -> String {
        self.fill(include_str!("pages/key.html")).replace("{{access-key}}", access_key)
    }

    /// The sources that a page's content security policy needs.
    pub(super) fn policy(&self) -> String {
        self.fill(include_str!("pages/policy.txt"))
    }

    fn programs(&self, known: &[(&'static str, &'static str, &'static str)]) -> Vec<Program> {
        known.iter().map(|(id, name, text)| Program { id, name, text: self.fill(text) }).collect()
    }

    fn fill(&self, template: &str) -> String {
        let marks = [("{{view}}", &self.view), ("{{kid}}", &self.kid), ("{{host}}", &self.host)];
        marks.into_iter().fold(template.trim_end().to_owned(), |text, (mark, value)| text.replace(mark, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_names_the_view_and_none_keeps_a_mark() {
        let values = Values { view: "vw_1".into(), host: "https://audit.test".into(), kid: "vs_1".into() };
        let texts = [values.pages(), values.servers()].concat();
        assert_eq!(texts.len(), 11);
        for Program { id, text, .. } in &texts {
            assert!(text.contains("vw_1") && !text.contains("{{"), "{id}: {text}");
        }
        for Program { id, text, .. } in values.servers() {
            assert!(text.contains("vs_1") && text.contains("AUDIT_SECRET"), "{id}: {text}");
        }
        assert!(!values.page_with_key("key").contains("{{") && !values.policy().contains("{{"));
    }
}
