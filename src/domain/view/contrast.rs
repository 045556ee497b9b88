//! Whether colours can be read on one another (WCAG 2.2, success criterion 1.4.3).

/// A colour of the sRGB space, each part from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colour([f64; 3]);

/// What text needs at least against what it stands on.
pub const READABLE: f64 = 4.5;

impl Colour {
    const BLACK: Self = Self([0.0; 3]);
    const WHITE: Self = Self([1.0; 3]);

    /// Reads `#rgb` or `#rrggbb`. Other ways of CSS to write a colour are not read.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        let part = |at: usize, length: usize| {
            let value = u8::from_str_radix(digits.get(at * length..(at + 1) * length)?, 16).ok()?;
            Some(f64::from(if length == 1 { value * 17 } else { value }) / 255.0)
        };
        let length = match digits.len() {
            3 => 1,
            6 => 2,
            _ => return None,
        };
        Some(Self([part(0, length)?, part(1, length)?, part(2, length)?]))
    }

    /// As `#rrggbb`.
    pub fn hex(self) -> String {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 to 255")]
        let [r, g, b] = self.0.map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8);
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// This colour with a share of another, from 0 to 1.
    #[must_use]
    pub fn mixed(self, other: Self, share: f64) -> Self {
        let mut parts = self.0;
        for (part, other) in parts.iter_mut().zip(other.0) {
            *part += (other - *part) * share;
        }
        Self(parts)
    }

    /// From 1 (the same) to 21 (black on white).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Relative luminance, as WCAG defines it.
    fn luminance(self) -> f64 {
        let [r, g, b] =
            self.0.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The colour nearest to this one that can be read on `ground`: darker, or lighter where the ground is dark.
    #[must_use]
    pub fn readable_on(self, ground: Self) -> Self {
        let end = if ground.contrast(Self::BLACK) > ground.contrast(Self::WHITE) { Self::BLACK } else { Self::WHITE };
        let steps = (0..=50).map(|step| self.mixed(end, f64::from(step) / 50.0));
        // What is written is rounded, so what is written is judged.
        let mut written = steps.filter_map(|colour| Self::parse(&colour.hex()));
        written.find(|colour| colour.contrast(ground) >= READABLE).unwrap_or(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn contrasts_are_those_of_the_standard() {
        assert!((colour("#000").contrast(colour("#fff")) - 21.0).abs() < 1e-9);
        assert!((colour("#777777").contrast(colour("#ffffff")) - 4.48).abs() < 0.01);
        assert!((colour("#abc").contrast(colour("#aabbcc")) - 1.0).abs() < 1e-9);
        assert!(Colour::parse("red").is_none() && Colour::parse("#12345").is_none() && Colour::parse("#ééé").is_none());
    }

    #[test]
    fn a_colour_becomes_readable_with_as_little_change_as_needed() {
        for (text, ground) in
            [("#aaaaaa", "#ffffff"), ("#ffdd00", "#ffffff"), ("#333333", "#17181b"), ("#808080", "#777777")]
        {
            let fixed = colour(text).readable_on(colour(ground));
            assert!(fixed.contrast(colour(ground)) >= READABLE, "{text} on {ground}: {}", fixed.hex());
        }
        assert_eq!(colour("#1d1e22").readable_on(colour("#fff")).hex(), "#1d1e22", "what can be read stays");
    }
}
