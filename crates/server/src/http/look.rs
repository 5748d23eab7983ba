//! What a chat's widget is told: its look, for the loader, and what it says, in the visitor's language.

use std::sync::LazyLock;

use domain::appearance::{AppearanceSettings, Language, LanguageChoice, Text};
use domain::chat::Chat;
use domain::settings::{SealedSecret, Settings};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::http::error::ApiError;

/// The widget's own words in each language, as `web/widget/words` has them.
static WORDS: LazyLock<Vec<(Language, Words)>> = LazyLock::new(|| {
    let sources = [
        (Language::En, include_str!("../../../../web/widget/words/en.json")),
        (Language::De, include_str!("../../../../web/widget/words/de.json")),
        (Language::Fr, include_str!("../../../../web/widget/words/fr.json")),
        (Language::Es, include_str!("../../../../web/widget/words/es.json")),
        (Language::It, include_str!("../../../../web/widget/words/it.json")),
        (Language::Nl, include_str!("../../../../web/widget/words/nl.json")),
        (Language::Pt, include_str!("../../../../web/widget/words/pt.json")),
        (Language::Pl, include_str!("../../../../web/widget/words/pl.json")),
        (Language::Tr, include_str!("../../../../web/widget/words/tr.json")),
        (Language::Ar, include_str!("../../../../web/widget/words/ar.json")),
        (Language::He, include_str!("../../../../web/widget/words/he.json")),
    ];
    let read = |(language, source)| (language, serde_json::from_str(source).unwrap_or_default());
    sources.into_iter().map(read).collect()
});

/// One language's words: texts by their names.
#[derive(Debug, Default, Deserialize)]
struct Words {
    chat: Map<String, Value>,
    form: Map<String, Value>,
}

/// Which of the widget's words are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// The chat's, with the merchant's own.
    #[default]
    Chat,
    /// The form's that asks visitors who they are.
    Form,
}

/// What the loader of a chat is given.
#[derive(Debug, Serialize)]
pub(crate) struct LoaderConfig<'a> {
    id: &'a str,
    /// CSS after the widget's own.
    look: String,
    /// The bubble's name, where the language is fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'static Value>,
}

impl<'a> LoaderConfig<'a> {
    /// For the widget that calls itself `id`.
    pub(crate) fn new(id: &'a str, appearance: &AppearanceSettings) -> Self {
        let label = match appearance.language {
            LanguageChoice::Auto => None,
            LanguageChoice::Fixed(language) => words(language).chat.get("open"),
        };
        Self { id, look: appearance.css(), label }
    }
}

/// What the chat says in `language`.
pub(crate) fn say(chat: &Chat, appearance: &AppearanceSettings, language: Language) -> Value {
    let own = appearance.texts_in(language);
    let questions: Vec<&str> = own.questions.texts().collect();
    let title = own.title.as_ref().map_or(chat.name.as_str(), Text::as_str);
    let mut said = json!({
        "language": language.code(),
        "name": title,
        "questions": questions,
        "words": words(language).chat,
    });
    let others = [
        ("status", own.status.as_ref().map(Text::as_str)),
        ("welcome", own.welcome.as_ref().map(Text::as_str)),
        ("hint", own.placeholder.as_ref().map(Text::as_str)),
    ];
    for (name, text) in others {
        if let Some(text) = text {
            said[name] = json!(text);
        }
    }
    said
}

/// The script module with a part of what the chat says.
pub(crate) fn module(chat: &Chat, language: Language, part: Part) -> String {
    let said = match part {
        Part::Chat => say(chat, &chat.settings.appearance, language),
        Part::Form => json!(words(language).form),
    };
    format!("export default {said}\n")
}

/// The widget as it would be.
#[derive(Debug)]
pub(crate) struct Preview {
    pub(crate) loader: Value,
    pub(crate) chat: Value,
    pub(crate) form: Value,
}

/// What the widget of `chat` is given in `language`, under a name that no chat has.
pub(crate) fn preview(chat: &Chat, language: Language) -> Preview {
    let mut appearance = chat.settings.appearance.clone();
    appearance.language = LanguageChoice::Fixed(language);
    let loader = LoaderConfig::new("preview", &appearance);
    Preview {
        loader: serde_json::to_value(loader).unwrap_or_default(),
        chat: say(chat, &appearance, language),
        form: json!(words(language).form),
    }
}

/// Puts a setting of the appearance in its place, for looking at it.
///
/// # Errors
/// 422: it is another setting, or the value does not fit.
pub(crate) fn draft(settings: &mut Settings, name: &str, value: Value) -> Result<(), ApiError> {
    if !name.starts_with("appearance.") {
        return Err(ApiError::invalid(format!(
            "{name}: only settings of the appearance are shown"
        )));
    }
    let nothing_is_secret = |_: &str| SealedSecret(String::new());
    settings
        .set(name, value, nothing_is_secret)
        .map_err(|error| ApiError::invalid(error.to_string()))
}

fn words(language: Language) -> &'static Words {
    static NONE: LazyLock<Words> = LazyLock::new(Words::default);
    let found = WORDS.iter().find(|(known, _)| *known == language);
    found.map_or(&NONE, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name and number of places of each text.
    fn shape(texts: &Map<String, Value>) -> Vec<(&String, usize)> {
        let places = |text: &Value| text.as_str().unwrap().matches("{}").count();
        texts.iter().map(|(name, text)| (name, places(text))).collect()
    }

    #[test]
    fn every_language_has_every_word_with_its_place() {
        let english = words(Language::En);
        assert!(english.chat.len() > 50);
        for language in Language::ALL {
            let words = words(language);
            assert_eq!(shape(&words.chat), shape(&english.chat), "{language:?}");
            assert_eq!(shape(&words.form), shape(&english.form), "{language:?}");
            let texts = words.chat.values().chain(words.form.values());
            let empty =
                texts.filter_map(Value::as_str).any(|text| text.trim() != text || text.is_empty());
            assert!(!empty, "{language:?}");
        }
    }

    #[test]
    fn no_language_is_left_in_english() {
        let english = words(Language::En);
        for language in Language::ALL.into_iter().skip(1) {
            let words = words(language);
            let same =
                words.chat.iter().filter(|(name, text)| english.chat.get(*name) == Some(*text));
            // Some languages say "Chat", too.
            assert!(same.count() < 4, "{language:?}");
        }
    }
}
