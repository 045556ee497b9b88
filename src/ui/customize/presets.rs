//! Themes to begin with.

use crate::domain::view::{Colour, Theme};

/// A theme by its colours: each by day and by night, in the order of [`Theme::COLOURS`].
pub struct Preset {
    pub name: &'static str,
    colours: [(&'static str, &'static str); 4],
    /// Other tokens, by name.
    others: &'static [(&'static str, &'static str)],
}

/// What there is to choose from.
pub const PRESETS: [Preset; 6] = [
    Preset { name: "Plain", colours: [("", ""); 4], others: &[] },
    Preset {
        name: "Ink",
        colours: [("#1d1e22", "#e4e4e7"), ("#ffffff", "#101113"), ("#1d1e22", "#e4e4e7"), ("#9f1d12", "#ff9a8f")],
        others: &[("radius", "0")],
    },
    Preset {
        name: "Harbour",
        colours: [("#0b6b74", "#63c7d1"), ("#fbfdfd", "#10191b"), ("#10282b", "#dcebec"), ("#a8321b", "#ff9d86")],
        others: &[],
    },
    Preset {
        name: "Paper",
        colours: [("#7a4a12", "#e0b071"), ("#fbf8f1", "#1b1813"), ("#2b2419", "#ece4d6"), ("#a3261a", "#ff9a8a")],
        others: &[("font", "Georgia, \"Times New Roman\", serif")],
    },
    Preset {
        name: "Orchid",
        colours: [("#7a2bb8", "#cf9cff"), ("#ffffff", "#18141c"), ("#241a2c", "#ebe3f2"), ("#b3203a", "#ff95a6")],
        others: &[("radius", "12px")],
    },
    Preset {
        name: "Terminal",
        colours: [("#0a6b2d", "#7ee29a"), ("#fafbfa", "#0c100d"), ("#16211a", "#d7e6db"), ("#a1261a", "#ff9b8d")],
        others: &[
            ("font", "ui-monospace, Menlo, Consolas, monospace"),
            ("font-size", "12.5px"),
            ("row-padding", "4px"),
        ],
    },
];

impl Preset {
    /// A theme that wears this preset: its scheme and its rules of one's own stay, its tokens do not.
    pub fn worn(&self, theme: &Theme) -> Theme {
        let mut worn = Theme::TOKENS.iter().fold(theme.clone(), |bare, name| bare.without(name));
        for ((name, ..), (day, night)) in Theme::COLOURS.iter().zip(self.colours) {
            worn = worn.with(name, day).with_dark(name, night);
        }
        self.others.iter().fold(worn, |worn, (name, value)| worn.with(name, value))
    }

    /// Its ground and its accent by day.
    pub fn swatch(&self) -> [String; 2] {
        let [accent, ground] = [0, 1].map(|at| {
            let (_, usual, _) = Theme::COLOURS[at];
            let set = self.colours[at].0;
            Colour::parse(if set.is_empty() { usual } else { set }).map(Colour::hex).unwrap_or_default()
        });
        [ground, accent]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::view::READABLE;

    #[test]
    fn every_preset_can_be_read_by_day_and_by_night() {
        for preset in &PRESETS[1..] {
            let [accent, ground, text, danger] = preset.colours;
            for (name, colour) in [("accent", accent), ("text", text), ("danger", danger)] {
                for (colour, ground) in [(colour.0, ground.0), (colour.1, ground.1)] {
                    let contrast = Colour::parse(colour).unwrap().contrast(Colour::parse(ground).unwrap());
                    assert!(contrast >= READABLE, "{} {name}: {contrast}", preset.name);
                }
            }
        }
    }

    #[test]
    fn a_preset_keeps_nothing_of_the_one_before() {
        let terminal = PRESETS[5].worn(&Theme::default());
        assert_eq!(terminal.token("row-padding"), Some("4px"));
        assert_eq!(PRESETS[0].worn(&terminal), Theme::default());
    }
}
