//! What the widget looks like and says on a merchant's website.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Settings named `appearance.…`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AppearanceSettings {
    /// The colour of the bubble, of what visitors say and of buttons.
    pub accent: Option<Colour>,
    /// The same where it is dark; absent: the same colour.
    pub accent_dark: Option<Colour>,
    /// Light or dark.
    pub theme: Theme,
    /// The side of the page where the bubble is.
    pub side: Side,
    /// How far the bubble is from that side, in pixels.
    pub offset_inline: Offset,
    /// How far it is from the bottom, in pixels.
    pub offset_block: Offset,
    /// How large the bubble is.
    pub bubble_size: Size,
    /// How large the panel is.
    pub panel_size: Size,
    /// What is drawn on the bubble.
    pub icon: Icon,
    /// The language of the widget's own words.
    pub language: LanguageChoice,
    /// The merchant's own texts.
    #[serde(flatten)]
    pub texts: OwnTexts,
    /// The merchant's own texts in certain languages; what one lacks is taken from `texts`.
    pub translations: BTreeMap<Language, OwnTexts>,
}

/// What a merchant has the widget say in its own words; what is absent is said in the widget's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnTexts {
    /// The name at the top; absent: the chat's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Text<60>>,
    /// The line under it, for visitors who are not signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Text<100>>,
    /// What the chat begins with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub welcome: Option<Text<300>>,
    /// What is in the field before something is typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<Text<100>>,
    /// What a visitor may ask with one press, before anything was said.
    pub questions: Questions,
}

impl OwnTexts {
    /// These, and what they lack from `others`.
    #[must_use]
    pub fn or(&self, others: &Self) -> Self {
        let questions = if self.questions.is_empty() { others } else { self };
        Self {
            title: self.title.clone().or_else(|| others.title.clone()),
            status: self.status.clone().or_else(|| others.status.clone()),
            welcome: self.welcome.clone().or_else(|| others.welcome.clone()),
            placeholder: self.placeholder.clone().or_else(|| others.placeholder.clone()),
            questions: questions.questions.clone(),
        }
    }
}

/// A text of 1 to `MOST` characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text<const MOST: usize>(String);

/// Text that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too long, empty, or with line breaks")]
pub struct ParseTextError;

impl<const MOST: usize> Text<MOST> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MOST: usize> TryFrom<String> for Text<MOST> {
    type Error = ParseTextError;

    fn try_from(text: String) -> Result<Self, ParseTextError> {
        let text = text.trim();
        let fits =
            (1..=MOST).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(ParseTextError) }
    }
}

impl<const MOST: usize> From<Text<MOST>> for String {
    fn from(text: Text<MOST>) -> Self {
        text.0
    }
}

/// At most four questions, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<Text<100>>")]
pub struct Questions(Vec<Text<100>>);

impl Questions {
    /// The most that are offered.
    pub const MOST: usize = 4;

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The questions.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Text::as_str)
    }
}

impl TryFrom<Vec<Text<100>>> for Questions {
    type Error = ParseTextError;

    fn try_from(questions: Vec<Text<100>>) -> Result<Self, ParseTextError> {
        let distinct: HashSet<&Text<100>> = questions.iter().collect();
        let fits = questions.len() <= Self::MOST && distinct.len() == questions.len();
        if fits { Ok(Self(questions)) } else { Err(ParseTextError) }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the visitor's system is.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// A side of the page, in the direction in which the page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Where lines end: on the right of an English page.
    #[default]
    End,
    /// Where they begin.
    Start,
}

/// A distance in pixels, 0 to 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Offset(u16);

impl Default for Offset {
    fn default() -> Self {
        Self(20)
    }
}

impl TryFrom<u16> for Offset {
    type Error = ParseTextError;

    fn try_from(pixels: u16) -> Result<Self, ParseTextError> {
        if pixels <= 200 { Ok(Self(pixels)) } else { Err(ParseTextError) }
    }
}

impl From<Offset> for u16 {
    fn from(offset: Offset) -> Self {
        offset.0
    }
}

/// How large something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// Smaller.
    Small,
    /// As it is by itself.
    #[default]
    Medium,
    /// Larger.
    Large,
}

/// What is drawn on the bubble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Icon {
    /// A speech bubble.
    #[default]
    Chat,
    /// A question mark.
    Question,
    /// A heart.
    Heart,
    /// A star.
    Star,
}

impl Icon {
    /// The outline in a square of 28 pixels; the speech bubble's is the widget's own.
    const fn path(self) -> Option<&'static str> {
        match self {
            Self::Chat => None,
            Self::Question => Some("M7 10a7 7 0 1 1 9 7v2h-4v-5a3 3 0 1 0-1-4zm5 11h4v4h-4z"),
            Self::Heart => {
                Some("M14 25C5 18 3 13 3 10a5.5 5.5 0 0 1 11-2 5.5 5.5 0 0 1 11 2c0 3-2 8-11 15z")
            }
            Self::Star => Some("M14 2l3.6 8 8.4 1-6 6 1.5 8.5L14 21.5 6.5 25.5 8 17l-6-6 8.4-1z"),
        }
    }
}

/// A language that the widget speaks.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Italian.
    It,
    /// Dutch.
    Nl,
    /// Portuguese.
    Pt,
    /// Polish.
    Pl,
    /// Turkish.
    Tr,
    /// Arabic.
    Ar,
    /// Hebrew.
    He,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::En,
        Self::De,
        Self::Fr,
        Self::Es,
        Self::It,
        Self::Nl,
        Self::Pt,
        Self::Pl,
        Self::Tr,
        Self::Ar,
        Self::He,
    ];

    /// Its code, as in `de`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::It => "it",
            Self::Nl => "nl",
            Self::Pt => "pt",
            Self::Pl => "pl",
            Self::Tr => "tr",
            Self::Ar => "ar",
            Self::He => "he",
        }
    }

    /// The first language of `tags` that the widget speaks, whatever is between them: `sv,de-AT,en` is German.
    #[must_use]
    pub fn first_of(tags: &str) -> Option<Self> {
        tags.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').find_map(
            |tag| {
                let language = tag.split('-').next().unwrap_or_default();
                // Old systems' code for Hebrew.
                let language = if language.eq_ignore_ascii_case("iw") { "he" } else { language };
                Self::ALL.into_iter().find(|known| known.code().eq_ignore_ascii_case(language))
            },
        )
    }
}

/// Which language the widget speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LanguageChoice {
    /// This one.
    Fixed(Language),
    /// The page's, or else the browser's.
    #[default]
    #[serde(with = "auto")]
    Auto,
}

/// The word `auto`, where else a language stands.
mod auto {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("auto")
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        let word = String::deserialize(deserializer)?;
        if word == "auto" { Ok(()) } else { Err(D::Error::custom("auto, or a language")) }
    }
}

/// A colour without transparency: `#0b7a53`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

/// Text that is not a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a colour is # and six hexadecimal digits")]
pub struct ParseColourError;

impl TryFrom<String> for Colour {
    type Error = ParseColourError;

    fn try_from(text: String) -> Result<Self, ParseColourError> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let number = digits
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or(ParseColourError)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        let [red, green, blue] = colour.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Colour {
    /// The widget's own accent.
    pub const OWN: Self = Self([0x33, 0x46, 0xd3]);
    /// What the light panel is made of, and most pages are.
    pub const LIGHT_PAPER: Self = Self([255, 255, 255]);
    /// What the dark panel is made of.
    pub const DARK_PAPER: Self = Self([0x17, 0x1a, 0x27]);
    /// The darkest of what links stand on where it is light: what the assistant says.
    const LIGHT_GROUND: Self = Self([0xf0, 0xf1, 0xf7]);
    /// The lightest where it is dark: a notice.
    const DARK_GROUND: Self = Self([0x3a, 0x32, 0x14]);
    const WHITE: Self = Self([255, 255, 255]);
    const BLACK: Self = Self([0, 0, 0]);
    /// What text needs against its ground.
    const OF_TEXT: f64 = 4.5;

    /// How different two colours are to the eye, from 1 to 21.
    ///
    /// Source: WCAG 2.2, "contrast ratio".
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The colour of text on this one: white where it can be read, or else black, which then can.
    #[must_use]
    pub fn text(self) -> Self {
        if self.contrast(Self::WHITE) >= Self::OF_TEXT { Self::WHITE } else { Self::BLACK }
    }

    /// This colour as text on `paper`: as it is, or as much darker or lighter as it takes.
    #[must_use]
    pub fn as_text_on(self, paper: Self) -> Self {
        let end = if paper.luminance() > 0.18 { Self::BLACK } else { Self::WHITE };
        let mut mixes = (0..=20).map(|step| self.mixed(end, step));
        mixes.find(|mix| mix.contrast(paper) >= Self::OF_TEXT).unwrap_or(end)
    }

    /// `step` twentieths of the way to `end`.
    fn mixed(self, end: Self, step: u16) -> Self {
        let mut mixed = self.0;
        for (part, to) in mixed.iter_mut().zip(end.0) {
            let sum = u16::from(*part) * (20 - step) + u16::from(to) * step;
            *part = u8::try_from(sum / 20).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    /// Source: WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126f64.mul_add(red, 0.7152f64.mul_add(green, 0.0722 * blue))
    }

    /// As CSS writes it, in as few letters as it takes.
    fn css(self) -> String {
        let long = String::from(self);
        let digits: Vec<char> = long.chars().skip(1).collect();
        let short = digits.chunks(2).all(|pair| pair.first() == pair.last());
        if short {
            digits
                .iter()
                .step_by(2)
                .fold("#".to_owned(), |css, digit| css + digit.encode_utf8(&mut [0; 4]))
        } else {
            long
        }
    }
}

impl AppearanceSettings {
    /// The accent where it is light and where it is dark.
    #[must_use]
    pub fn accents(&self) -> (Colour, Colour) {
        let light = self.accent.unwrap_or(Colour::OWN);
        (light, self.accent_dark.unwrap_or(light))
    }

    /// How well the bubble stands out from a white page and from a dark one: contrasts, from 1 to 21.
    #[must_use]
    pub fn contrasts(&self) -> (f64, f64) {
        let (light, dark) = self.accents();
        (light.contrast(Colour::LIGHT_PAPER), dark.contrast(Colour::DARK_PAPER))
    }

    /// The merchant's texts in `language`.
    #[must_use]
    pub fn texts_in(&self, language: Language) -> OwnTexts {
        match self.translations.get(&language) {
            Some(own) => own.or(&self.texts),
            None => self.texts.clone(),
        }
    }

    /// The language for a visitor whose page and browser ask for `tags`.
    #[must_use]
    pub fn language_for(&self, tags: &str) -> Language {
        match self.language {
            LanguageChoice::Fixed(language) => language,
            LanguageChoice::Auto => Language::first_of(tags).unwrap_or_default(),
        }
    }

    /// CSS that makes the widget look so, after its own; empty where it is as it is by itself.
    #[must_use]
    pub fn css(&self) -> String {
        let mut css = String::new();
        let plain = self.plain_variables();
        if !plain.is_empty() {
            let _ = write!(css, ":host{{{}}}", plain.join(";"));
        }
        let dark = self.dark_variables();
        if self.theme == Theme::Auto && !dark.is_empty() {
            let _ = write!(css, "@media(prefers-color-scheme:dark){{:host{{{}}}}}", dark.join(";"));
        }
        if let Some(path) = self.icon.path() {
            let _ = write!(
                css,
                "#widget-chat-button[aria-expanded=false]:before{{clip-path:path(\"{path}\")}}"
            );
        }
        css
    }

    /// The variables of the widget's styles for all visitors.
    fn plain_variables(&self) -> Vec<String> {
        let mut variables = match self.theme {
            Theme::Auto | Theme::Light => self.colours(self.accents().0, Colour::LIGHT_GROUND),
            Theme::Dark => self.colours(self.accents().1, Colour::DARK_GROUND),
        };
        match self.theme {
            Theme::Auto => {}
            Theme::Light => variables.push("color-scheme:light!important".to_owned()),
            Theme::Dark => variables.push("color-scheme:dark!important".to_owned()),
        }
        let usual = Offset::default();
        if self.side != Side::End || self.offset_inline != usual {
            let offset = self.offset_inline.0;
            variables.push(match self.side {
                Side::End => format!("--sides:auto {offset}px"),
                Side::Start => format!("--sides:{offset}px auto"),
            });
        }
        if self.offset_block != usual {
            variables.push(format!("--y:{}px", self.offset_block.0));
        }
        match self.bubble_size {
            Size::Medium => {}
            Size::Small => variables.push("--size:48px".to_owned()),
            Size::Large => variables.push("--size:64px".to_owned()),
        }
        match self.panel_size {
            Size::Medium => {}
            Size::Small => variables.push("--wide:21em;--high:32em".to_owned()),
            Size::Large => variables.push("--wide:30em;--high:48em".to_owned()),
        }
        variables
    }

    /// What differs for visitors whose system is dark.
    fn dark_variables(&self) -> Vec<String> {
        let (light, dark) = self.accents();
        let usual = self.colours(light, Colour::LIGHT_GROUND);
        let colours = self.colours(dark, Colour::DARK_GROUND);
        colours.into_iter().filter(|variable| !usual.contains(variable)).collect()
    }

    fn colours(&self, accent: Colour, ground: Colour) -> Vec<String> {
        if self.accent.is_none() && self.accent_dark.is_none() {
            return Vec::new();
        }
        vec![
            format!("--accent:{}", accent.css()),
            format!("--on:{}", accent.text().css()),
            format!("--link:{}", accent.as_text_on(ground).css()),
        ]
    }

    /// Changes the setting `key`; `null` and empty text take one back.
    ///
    /// # Errors
    /// What it takes; nothing is changed then.
    pub(crate) fn set(&mut self, key: &str, value: Value) -> Result<(), &'static str> {
        let expected = expected(key);
        let value = if value.as_str() == Some("") { Value::Null } else { value };
        match key {
            "accent" => put(&mut self.accent, value),
            "accent_dark" => put(&mut self.accent_dark, value),
            "theme" => put(&mut self.theme, value),
            "side" => put(&mut self.side, value),
            "offset_inline" => put(&mut self.offset_inline, value),
            "offset_block" => put(&mut self.offset_block, value),
            "bubble_size" => put(&mut self.bubble_size, value),
            "panel_size" => put(&mut self.panel_size, value),
            "icon" => put(&mut self.icon, value),
            "language" => put(&mut self.language, value),
            "title" => put(&mut self.texts.title, value),
            "status" => put(&mut self.texts.status, value),
            "welcome" => put(&mut self.texts.welcome, value),
            "placeholder" => put(&mut self.texts.placeholder, value),
            "questions" => put(&mut self.texts.questions, value),
            _ => put(&mut self.translations, value),
        }
        .ok_or(expected)
    }
}

/// Puts what `value` says in its place, or its default for `null`.
fn put<Setting: Default + DeserializeOwned>(setting: &mut Setting, value: Value) -> Option<()> {
    *setting =
        if value.is_null() { Setting::default() } else { serde_json::from_value(value).ok()? };
    Some(())
}

fn expected(key: &str) -> &'static str {
    match key {
        "accent" | "accent_dark" => "a colour, # and six hexadecimal digits, or null",
        "theme" => "auto, light or dark",
        "side" => "end or start",
        "offset_inline" | "offset_block" => "a number of pixels from 0 to 200",
        "bubble_size" | "panel_size" => "small, medium or large",
        "icon" => "chat, question, heart or star",
        "language" => "auto, en, de, fr, es, it, nl, pt, pl, tr, ar or he",
        "title" => "one line of at most 60 characters, or null",
        "status" | "placeholder" => "one line of at most 100 characters, or null",
        "welcome" => "one line of at most 300 characters, or null",
        "questions" => "a list of at most 4 different lines, each of at most 100 characters",
        _ => {
            "an object of languages (de, fr, …), each with any of title, status, welcome, placeholder and questions"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn colour(text: &str) -> Colour {
        Colour::try_from(text.to_owned()).unwrap()
    }

    fn with(changes: &[(&str, Value)]) -> AppearanceSettings {
        let mut settings = AppearanceSettings::default();
        for (key, value) in changes {
            settings.set(key, value.clone()).unwrap();
        }
        settings
    }

    #[test]
    fn contrast_is_as_the_standard_counts_it() {
        let near = |one: f64, other: f64| assert!((one - other).abs() < 0.01, "{one} {other}");
        near(colour("#ffffff").contrast(colour("#000000")), 21.0);
        near(colour("#777777").contrast(colour("#ffffff")), 4.48);
        near(colour("#ff0000").contrast(colour("#ffffff")), 4.0);
        near(Colour::OWN.contrast(Colour::OWN), 1.0);
    }

    #[test]
    fn text_can_be_read_on_any_accent_and_any_accent_as_text() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(51) {
                    let accent = Colour([red, green, blue]);
                    assert!(accent.contrast(accent.text()) >= 4.5, "{accent:?}");
                    for paper in [Colour::LIGHT_GROUND, Colour::DARK_GROUND] {
                        let link = accent.as_text_on(paper);
                        assert!(link.contrast(paper) >= 4.5, "{accent:?} on {paper:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_as_it_is_by_itself_needs_no_css() {
        assert_eq!(AppearanceSettings::default().css(), "");
    }

    #[test]
    fn an_accent_brings_its_text_and_links_for_light_and_dark() {
        let css = with(&[("accent", json!("#0B7A53"))]).css();
        assert_eq!(
            css,
            ":host{--accent:#0b7a53;--on:#fff;--link:#0b7a53}\
             @media(prefers-color-scheme:dark){:host{--link:#60a88f}}"
        );
        let yellow = with(&[("accent", json!("#ffdd00")), ("theme", json!("light"))]).css();
        assert_eq!(
            yellow,
            ":host{--accent:#fd0;--on:#000;--link:#7f6e00;color-scheme:light!important}"
        );
        let dark = [("accent", json!("#ffdd00")), ("accent_dark", json!("#0b7a53"))];
        let css = with(&[dark.as_slice(), &[("theme", json!("dark"))]].concat()).css();
        assert!(css.starts_with(":host{--accent:#0b7a53;--on:#fff;"), "{css}");
    }

    #[test]
    fn place_and_sizes_are_variables() {
        let css = with(&[
            ("side", json!("start")),
            ("offset_inline", json!(32)),
            ("offset_block", json!(80)),
            ("bubble_size", json!("large")),
            ("panel_size", json!("small")),
        ])
        .css();
        assert_eq!(css, ":host{--sides:32px auto;--y:80px;--size:64px;--wide:21em;--high:32em}");
        assert!(with(&[("icon", json!("heart"))]).css().contains("clip-path:path("));
    }

    #[test]
    fn the_first_language_that_is_spoken_is_taken() {
        let check = |tags: &str, language: Option<Language>| {
            assert_eq!(Language::first_of(tags), language, "{tags}");
        };
        check("de-AT,en", Some(Language::De));
        check(",en-GB,en", Some(Language::En));
        check("sv,nb-NO,pt_BR", Some(Language::Pt));
        check("IW", Some(Language::He));
        check("sv", None);
        check("", None);
        check("denmark", None);
        assert_eq!(with(&[]).language_for("sv"), Language::En);
        assert_eq!(with(&[("language", json!("tr"))]).language_for("de"), Language::Tr);
    }

    #[test]
    fn texts_of_a_language_come_before_those_of_all() {
        let settings = with(&[
            ("title", json!("Shop")),
            ("welcome", json!("Welcome!")),
            ("questions", json!(["Where is my order?"])),
            ("translations", json!({"de": {"welcome": "Willkommen!"}})),
        ]);
        let german = settings.texts_in(Language::De);
        assert_eq!(german.welcome.as_ref().map(Text::as_str), Some("Willkommen!"));
        assert_eq!(german.title.as_ref().map(Text::as_str), Some("Shop"));
        assert_eq!(german.questions.texts().collect::<Vec<_>>(), ["Where is my order?"]);
        assert_eq!(settings.texts_in(Language::Fr), settings.texts);
    }

    #[test]
    fn values_at_the_edge_are_taken_and_values_beyond_it_refused() {
        let check = |key: &str, value: Value, good: bool| {
            let taken = AppearanceSettings::default().set(key, value.clone()).is_ok();
            assert_eq!(taken, good, "{key} = {value}");
        };
        check("accent", json!("#aabbcc"), true);
        for wrong in ["#abc", "aabbcc", "#aabbcg", "#+abbcc", "red", "#aabbcc;}"] {
            check("accent", json!(wrong), false);
        }
        check("accent", Value::Null, true);
        check("offset_inline", json!(0), true);
        check("offset_inline", json!(200), true);
        check("offset_inline", json!(201), false);
        check("offset_block", json!(-1), false);
        check("title", json!("a".repeat(60)), true);
        check("title", json!("a".repeat(61)), false);
        check("title", json!("two\nlines"), false);
        check("title", json!(""), true);
        check("welcome", json!("a".repeat(300)), true);
        check("welcome", json!("a".repeat(301)), false);
        check("questions", json!(["a", "b", "c", "d"]), true);
        check("questions", json!(["a", "b", "c", "d", "e"]), false);
        check("questions", json!(["a", "a"]), false);
        check("questions", json!(["a".repeat(101)]), false);
        check("language", json!("auto"), true);
        check("language", json!("he"), true);
        check("language", json!("sv"), false);
        check("translations", json!({"de": {"title": "Laden"}}), true);
        check("translations", json!({"sv": {"title": "Butik"}}), false);
        check("translations", json!({"de": {"titel": "Laden"}}), false);
        check("theme", json!("dim"), false);
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let settings = with(&[
            ("accent", json!("#0b7a53")),
            ("language", json!("de")),
            ("questions", json!(["Where is my order?"])),
            ("translations", json!({"ar": {"title": "متجر"}})),
        ]);
        let kept = serde_json::to_value(&settings).unwrap();
        assert_eq!(serde_json::from_value::<AppearanceSettings>(kept).unwrap(), settings);
    }
}
