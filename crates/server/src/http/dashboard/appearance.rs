//! What the widget would look like and say with settings that are not saved.

use axum::Json;
use domain::appearance::{Language, Theme};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::look::{self, Preview};
use crate::http::who::ChatReader;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(preview))
}

/// Settings that are not saved, and how they are looked at.
#[derive(Debug, Deserialize, ToSchema)]
struct PreviewBody {
    /// By name, as in `appearance.accent`: those that differ from the saved ones.
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    /// The visitor's languages, the most wanted first: `de-AT,en`.
    #[serde(default)]
    languages: String,
    /// Whether the visitor's system is dark, which counts where the setting leaves it to that.
    #[serde(default)]
    dark: bool,
}

/// The widget as it would be.
#[derive(Debug, Serialize, ToSchema)]
struct PreviewView {
    /// What the loader is given.
    #[schema(value_type = Object)]
    loader: Value,
    /// What the chat says.
    #[schema(value_type = Object)]
    chat: Value,
    /// What the lead form says.
    #[schema(value_type = Object)]
    form: Value,
    /// Contrast of the accent with a white page, from 1 to 21; below 3 the bubble is hard to see.
    contrast_light: f64,
    /// The same with a dark page.
    contrast_dark: f64,
}

/// The widget with settings that are not saved: what its loader and its chat are given.
#[utoipa::path(post, path = "/chats/{chat_id}/appearance/preview", operation_id = "preview_appearance", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = PreviewBody,
    responses((status = 200, body = PreviewView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn preview(
    ChatReader { mut chat, .. }: ChatReader,
    body: Body,
) -> Result<Json<PreviewView>, ApiError> {
    let PreviewBody { settings, languages, dark } = body::json(body).await?;
    for (name, value) in settings {
        look::draft(&mut chat.settings, &name, value)?;
    }
    let appearance = &mut chat.settings.appearance;
    let (contrast_light, contrast_dark) = appearance.contrasts();
    if appearance.theme == Theme::Auto {
        appearance.theme = if dark { Theme::Dark } else { Theme::Light };
    }
    let asked = Language::first_of(&languages);
    let language = asked.unwrap_or_else(|| appearance.language_for(&languages));
    let Preview { loader, chat, form } = look::preview(&chat, language);
    Ok(Json(PreviewView { loader, chat, form, contrast_light, contrast_dark }))
}
