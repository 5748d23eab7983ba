//! The shop's pages.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};

use super::catalogue::{PLANTS, Plant};
use super::customers::{CUSTOMERS, Customer, PASSWORD};
use super::drawings::{Drawing, picture};
use super::help::{HELP, Help};
use super::orders::{self, Order, Progress};
use super::{NAME, Shop};

/// What every page has: its head, the way around, who is signed in, the chat.
fn page(shop: &Shop, customer: Option<&Customer>, title: &str, content: &Markup) -> Html<String> {
    let title = if title.is_empty() {
        format!("{NAME}: plants that forgive")
    } else {
        format!("{title} · {NAME}")
    };
    let chat = format!("{}/widget/zipchat.js?id={}", shop.service, shop.widget_token);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/shop.css";
                script src="/shop.js" defer {}
                // The one tag that a merchant pastes.
                script src=(chat) data-no-optimize="1" defer {}
            }
            body data-signed-in[customer.is_some()] {
                a.skip href="#content" { "Skip to the content" }
                (top(customer))
                main #content { (content) }
                footer {
                    p { strong { (NAME) } " is a demo: nothing is sold here, and its customers do not exist." }
                    p {
                        "Delivery in two to three days. Plants that arrive unwell are replaced. "
                        @for help in &HELP { a href={ "/" (help.slug) } { (help.title) } " " }
                    }
                }
            }
        }
    };
    Html(page.into_string())
}

fn top(customer: Option<&Customer>) -> Markup {
    html! {
        header {
            a.brand href="/" {
                img src="/icon.svg" alt="" width="32" height="32";
                span { (NAME) }
            }
            nav aria-label="Shop" {
                a href="/#plants" { "Plants" }
                @match customer {
                    Some(customer) => {
                        a href="/orders" { "My orders" }
                        span.who { "Hello, " (customer.first_name) }
                        form method="post" action="/sign-out" data-signs-out {
                            button.quiet type="submit" { "Sign out" }
                        }
                    }
                    None => a.button href="/sign-in" { "Sign in" },
                }
            }
        }
    }
}

pub(super) fn home(shop: &Shop, customer: Option<&Customer>) -> Html<String> {
    let content = html! {
        section.hero {
            div {
                h1 { "Plants that forgive" }
                p { "Eight plants, chosen because they live through busy weeks. Each comes with its pot, and with somebody to ask." }
                p.actions {
                    a.button href="#plants" { "See the plants" }
                    button.quiet type="button" data-opens-chat hidden { "Ask us" }
                }
            }
            div.scene aria-hidden="true" {
                (picture(Drawing::SnakePlant)) (picture(Drawing::Monstera)) (picture(Drawing::Pilea))
            }
        }
        section #plants aria-labelledby="plants-title" {
            h2 #plants-title { "All plants" }
            ul.plants {
                @for plant in &PLANTS { li { (card(plant)) } }
            }
        }
    };
    page(shop, customer, "", &content)
}

fn card(plant: &Plant) -> Markup {
    html! {
        a.card href={ "/plants/" (plant.slug) } {
            (picture(plant.drawing))
            span.name { (plant.name) }
            span.line { (plant.line) }
            span.price { (price(plant.price)) }
        }
    }
}

pub(super) fn plant(shop: &Shop, customer: Option<&Customer>, plant: &Plant) -> Html<String> {
    let content = html! {
        article.plant {
            div.frame { (picture(plant.drawing)) }
            div {
                p.back { a href="/#plants" { "All plants" } }
                h1 { (plant.name) }
                p.latin lang="la" { (plant.latin) }
                p.price { (price(plant.price)) }
                p { (plant.story) }
                dl {
                    div { dt { "Light" } dd { (plant.light) } }
                    div { dt { "Water" } dd { (plant.water) } }
                    div { dt { "Size" } dd { (plant.size) } }
                    div { dt { "Delivery" } dd { "2 to 3 days, in its pot" } }
                }
                p.actions { button type="button" data-opens-chat hidden { "Ask about this plant" } }
            }
        }
    };
    page(shop, customer, plant.name, &content)
}

/// `refused`: the email with which somebody could not sign in just now.
pub(super) fn sign_in(
    shop: &Shop,
    customer: Option<&Customer>,
    refused: Option<&str>,
) -> Html<String> {
    let content = html! {
        section.narrow {
            h1 { "Sign in" }
            @if let Some(customer) = customer {
                p.notice { "You are signed in as " strong { (customer.first_name) " " (customer.last_name) } "." }
            }
            @if refused.is_some() {
                p.notice.bad role="alert" { "This email and password do not belong together." }
            }
            p { "This is a demo, so choose whom to be:" }
            ul.people {
                @for customer in &CUSTOMERS { li { (person(customer)) } }
            }
            h2 { "Or as in a real shop" }
            form.fields method="post" action="/sign-in" {
                label { "Email" input type="email" name="email" autocomplete="username" required value=(refused.unwrap_or_default()); }
                label { "Password" input type="password" name="password" autocomplete="current-password" required; }
                p.hint { "Everybody's password is " code { (PASSWORD) } "." }
                button type="submit" { "Sign in" }
            }
        }
    };
    page(shop, customer, "Sign in", &content)
}

fn person(customer: &Customer) -> Markup {
    let count = orders::of(customer).count();
    html! {
        form method="post" action="/sign-in" {
            input type="hidden" name="email" value=(customer.email);
            input type="hidden" name="password" value=(PASSWORD);
            button.person type="submit" {
                span.avatar aria-hidden="true" { (&customer.first_name[..1]) }
                span {
                    strong { (customer.first_name) " " (customer.last_name) }
                    " "
                    small { (customer.email) " · " (orders_in_words(count)) }
                }
            }
        }
    }
}

fn orders_in_words(count: usize) -> String {
    match count {
        0 => "no orders".to_owned(),
        1 => "1 order".to_owned(),
        count => format!("{count} orders"),
    }
}

pub(super) fn orders(shop: &Shop, customer: &Customer) -> Html<String> {
    let content = html! {
        section.narrow {
            h1 { "My orders" }
            @if orders::of(customer).next().is_none() {
                p { "You have not ordered anything yet. " a href="/#plants" { "See the plants" } "." }
            }
            ul.orders {
                @for order in orders::of(customer) { li { (placed(shop, order)) } }
            }
        }
    };
    page(shop, Some(customer), "My orders", &content)
}

fn placed(shop: &Shop, order: &Order) -> Markup {
    let now = shop.clock.now();
    let (state, class) = match order.progress {
        Progress::Packing => ("Packing", "waiting"),
        Progress::Shipped { .. } => ("On its way", "moving"),
        Progress::Delivered { .. } => ("Delivered", "done"),
        Progress::Cancelled => ("Cancelled", "ended"),
    };
    html! {
        article.order {
            h2 { (order.number) }
            p class={ "state " (class) } { (state) }
            p.when { "Ordered on " (order.placed(now)) ". " (order.status(now)) }
            ul {
                @for (plant, count) in order.items() {
                    li { (picture(plant.drawing)) a href={ "/plants/" (plant.slug) } { (plant.name) } span { "× " (count) } }
                }
            }
            p.price { "Total " (price(order.total())) }
        }
    }
}

/// What the shop says about itself, for people and for its assistant.
pub(super) fn help(shop: &Shop, customer: Option<&Customer>, help: &Help) -> Html<String> {
    let content = html! {
        section.narrow {
            h1 { (help.title) }
            @for (question, answer) in help.answers {
                h2 { (question) }
                p { (answer) }
            }
        }
    };
    page(shop, customer, help.title, &content)
}

pub(super) fn not_found(shop: &Shop, customer: Option<&Customer>) -> Html<String> {
    let content = html! {
        section.narrow {
            h1 { "Nothing grows here" }
            p { "There is no such page. " a href="/" { "Back to the plants" } "." }
        }
    };
    page(shop, customer, "Not found", &content)
}

fn price(euros: u32) -> String {
    format!("€{euros}")
}
