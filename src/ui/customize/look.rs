//! How it looks: presets, colours by day and by night, type and density, and rules of one's own.

use super::controls::{Desk, Label, choice, lines, text};
use super::presets::PRESETS;
use crate::domain::view::{Colour, CustomCss, READABLE, Scheme, Theme, ViewConfig};
use leptos::prelude::*;

/// Lengths and faces to choose from, each with what it is called.
const RADII: [(&str, &str); 4] = [("", "Default"), ("0", "None"), ("3px", "Small"), ("12px", "Large")];
const SIZES: [(&str, &str); 4] = [("", "Default"), ("12.5px", "Small"), ("15px", "Large"), ("17px", "Larger")];
const DENSITIES: [(&str, &str); 3] = [("", "Default"), ("4px", "Dense"), ("11px", "Airy")];
const FACES: [(&str, &str); 5] = [
    ("", "Reader’s default"),
    ("Inter, system-ui, sans-serif", "Inter, if there"),
    ("Georgia, \"Times New Roman\", serif", "With serifs"),
    ("\"Segoe UI\", Candara, \"Trebuchet MS\", sans-serif", "Humanist"),
    ("ui-monospace, Menlo, Consolas, monospace", "Fixed width"),
];

/// The pane.
pub fn pane(desk: Desk) -> AnyView {
    let schemes = [("auto", "Match system"), ("light", "Always light"), ("dark", "Always dark")];
    let presets = PRESETS.iter().map(|preset| {
        let wear = move |_| desk.edit(|view| view.theme = preset.worn(&view.theme));
        let [ground, ink] = preset.swatch();
        view! {
            <li>
                <button type="button" class="preset" on:click=wear>
                    <svg viewBox="0 0 20 20" aria-hidden="true"><rect width="20" height="20" rx="4" fill=ground /><circle cx="10" cy="10" r="5" fill=ink /></svg>
                    {preset.name}
                </button>
            </li>
        }
    });
    let presets = presets.collect_view();
    let scheme_options = schemes.map(|(word, name)| (word.to_owned(), name.to_owned())).to_vec();
    view! {
        <section aria-labelledby="pane-presets">
            <h2 id="pane-presets">"Presets"</h2>
            <ul class="presets">{presets}</ul>
        </section>
        <section aria-labelledby="pane-colours">
            <h2 id="pane-colours">"Colors"</h2>
            {choice(desk, Label::of("theme.scheme", "Theme"), scheme_options,
                |view| scheme_word(view.theme.scheme).to_owned(),
                |view, word| view.theme.scheme = scheme_of(word))}
            {Theme::COLOURS.map(|(name, ..)| colour(desk, name)).collect_view()}
            {readable(desk)}
        </section>
        <section aria-labelledby="pane-type">
            <h2 id="pane-type">"Type and space"</h2>
            {token(desk, "font", "Typeface", &FACES)}
            {token(desk, "font-size", "Size", &SIZES)}
            {token(desk, "row-padding", "Density", &DENSITIES)}
            {token(desk, "radius", "Corners", &RADII)}
        </section>
        <section aria-labelledby="pane-css">
            <h2 id="pane-css">"Custom CSS"</h2>
            {lines(desk, Label::of("theme.css", "CSS").hint("A last resort: class names may change between versions. Rules that load files or fix elements to the page are refused."),
                |view| view.theme.css.as_str().to_owned(),
                |view, typed| {
                    view.theme.css = CustomCss::parse(typed)?;
                    Ok(())
                })}
        </section>
    }
    .into_any()
}

const fn scheme_word(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Auto => "auto",
        Scheme::Light => "light",
        Scheme::Dark => "dark",
    }
}

fn scheme_of(word: &str) -> Scheme {
    match word {
        "light" => Scheme::Light,
        "dark" => Scheme::Dark,
        _ => Scheme::Auto,
    }
}

/// One of few values of a token; one that is set by hand stays to be chosen.
fn token(desk: Desk, name: &'static str, title: &'static str, values: &[(&str, &str)]) -> AnyView {
    let own = desk.0.with_untracked(|draft| draft.now().theme.token(name).map(str::to_owned));
    let own = own.filter(|own| !values.iter().any(|(value, _)| value == own)).map(|own| (own.clone(), own));
    let options = values.iter().map(|(value, name)| ((*value).to_owned(), (*name).to_owned())).chain(own);
    choice(
        desk,
        Label::of(format!("theme.{name}"), title),
        options.collect(),
        move |view| view.theme.token(name).unwrap_or_default().to_owned(),
        move |view, value| view.theme = view.theme.clone().without(name).with(name, value),
    )
}

/// When a colour holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Day,
    Night,
}

impl When {
    fn of<'t>(self, theme: &'t Theme, name: &str) -> Option<&'t str> {
        if self == Self::Day { theme.token(name) } else { theme.dark_token(name) }
    }

    fn set(self, view: &mut ViewConfig, name: &str, value: &str) {
        let theme = view.theme.clone();
        view.theme = if self == Self::Day { theme.with(name, value) } else { theme.with_dark(name, value) };
    }
}

/// What is shown: what is set, or what it is while nothing is.
fn shown(view: &ViewConfig, name: &str, when: When) -> String {
    let usual = Theme::COLOURS.iter().find(|(known, ..)| *known == name);
    let usual = usual.map_or("", |(_, day, night)| if when == When::Day { day } else { night });
    // By night a colour is the one of the day, unless it has one of its own or none at all.
    let by_day = (when == When::Night).then(|| view.theme.token(name)).flatten();
    when.of(&view.theme, name).or(by_day).unwrap_or(usual).to_owned()
}

fn colour(desk: Desk, name: &'static str) -> AnyView {
    let title = match name {
        "accent" => "Accent",
        "surface" => "Background",
        "text" => "Text",
        _ => "Error",
    };
    let clear = move |_| desk.edit(|view| view.theme = view.theme.clone().without(name));
    let is_set = move || desk.get(|view| view.theme.token(name).is_some() || view.theme.dark_token(name).is_some());
    let aloud = format!("{title}: as usual");
    view! {
        <fieldset class="colour">
            <legend>{title}</legend>
            {one_colour(desk, name, title, When::Day)}
            {one_colour(desk, name, title, When::Night)}
            <button type="button" class="icon" title="Default" aria-label=aloud on:click=clear disabled=move || !is_set()>"×"</button>
        </fieldset>
    }
    .into_any()
}

fn one_colour(desk: Desk, name: &'static str, title: &'static str, when: When) -> AnyView {
    let time = if when == When::Day { "by day" } else { "by night" };
    let id = format!("theme.{name}.{}", if when == When::Day { "day" } else { "night" });
    let label = Label::of(id.clone(), time);
    let pick = format!("{title} {time}");
    // A browser's picker knows this one way to write a colour.
    let hex =
        move || Colour::parse(&desk.get(|view| shown(view, name, when))).map_or("#000000".to_owned(), Colour::hex);
    let picked = move |event: web_sys::Event| {
        desk.type_into(&id, |view| when.set(view, name, &event_target_value(&event)));
    };
    view! {
        <span class="pair">
            <input type="color" aria-label=pick value=untrack(hex) prop:value=hex on:input=picked />
            {text(desk, label, move |view| shown(view, name, when), move |view, typed| {
                let before = view.theme.clone();
                when.set(view, name, typed);
                let taken = view.theme != before || shown(view, name, when) == typed.trim();
                if taken { Ok(()) } else { Err("Enter a color, such as #2a5bd0.".to_owned()) }
            })}
        </span>
    }
    .into_any()
}

/// A pair of colours that has to be readable.
#[derive(Debug, Clone, PartialEq)]
struct Pair {
    name: &'static str,
    title: &'static str,
    when: When,
    contrast: f64,
    /// The colour that would be.
    fix: String,
}

/// The texts of the page on its ground, by day and by night, where the colours are written so that they can be read.
fn pairs(view: &ViewConfig) -> Vec<Pair> {
    let texts = [("text", "Text"), ("accent", "Accent"), ("danger", "Error")];
    let times: &[When] = match view.theme.scheme {
        Scheme::Auto => &[When::Day, When::Night],
        Scheme::Light => &[When::Day],
        Scheme::Dark => &[When::Night],
    };
    let pair = |when: When, name: &'static str, title: &'static str| {
        let colour = Colour::parse(&shown(view, name, when))?;
        let ground = Colour::parse(&shown(view, "surface", when))?;
        Some(Pair { name, title, when, contrast: colour.contrast(ground), fix: colour.readable_on(ground).hex() })
    };
    times.iter().flat_map(|when| texts.iter().filter_map(|(name, title)| pair(*when, name, title))).collect()
}

/// Makes a colour another at one time of day, and leaves it as it is at the other.
fn mend(view: &mut ViewConfig, name: &str, when: When, colour: &str) {
    let night = shown(view, name, When::Night);
    when.set(view, name, colour);
    if when == When::Day {
        When::Night.set(view, name, &night);
    }
}

/// What the contrasts are, and a fix for each that is too low.
fn readable(desk: Desk) -> AnyView {
    let rows = move || {
        let rows = desk.get(pairs).into_iter().map(|Pair { name, title, when, contrast, fix }| {
            let time = if when == When::Day { "by day" } else { "by night" };
            let enough = contrast >= READABLE;
            let told = format!("{title} {time}");
            let aloud = format!("Fix {told}");
            let mend = move |_| desk.edit(|view| mend(view, name, when, &fix));
            let mend = (!enough).then(|| {
                view! { <button type="button" class="quiet" aria-label=aloud on:click=mend>"Fix"</button> }
            });
            let grade = match contrast {
                _ if contrast >= 7.0 => "AAA",
                _ if enough => "AA",
                _ => "too low",
            };
            let figure = format!("{contrast:.1} : 1");
            view! { <tr class:low=!enough><th scope="row">{told}</th><td>{figure}</td><td>{grade}</td><td>{mend}</td></tr> }
        });
        rows.collect_view()
    };
    view! {
        <table class="contrasts">
            <caption>"Contrast with the background; at least 4.5 : 1"</caption>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_faint_is_found_by_day_and_by_night_and_its_fix_is_not() {
        let mut view = ViewConfig::default();
        assert!(pairs(&view).iter().all(|pair| pair.contrast >= READABLE), "as delivered all can be read");
        assert_eq!(pairs(&view).len(), 6);
        view.theme = view.theme.with("accent", "#ffd400");
        let low: Vec<Pair> = pairs(&view).into_iter().filter(|pair| pair.contrast < READABLE).collect();
        assert_eq!(low.iter().map(|pair| (pair.name, pair.when)).collect::<Vec<_>>(), [("accent", When::Day)]);
        mend(&mut view, low[0].name, low[0].when, &low[0].fix);
        assert!(pairs(&view).iter().all(|pair| pair.contrast >= READABLE));
        view.theme.scheme = Scheme::Dark;
        assert_eq!(pairs(&view).len(), 3);
    }
}
