//! Whom one can sign in as. None of them exists.

use domain::lead::Email;

/// Everybody's password; the sign-in page says it.
pub(super) const PASSWORD: &str = "greenfingers";

/// A customer of the shop.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Customer {
    pub(super) id: &'static str,
    pub(super) email: &'static str,
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) tier: &'static str,
    pub(super) since: u16,
}

/// All of them.
pub(super) const CUSTOMERS: [Customer; 4] = [
    Customer {
        id: "c-2041",
        email: "maya@example.com",
        first_name: "Maya",
        last_name: "Lindqvist",
        tier: "gold",
        since: 2021,
    },
    Customer {
        id: "c-2187",
        email: "tom@example.com",
        first_name: "Tom",
        last_name: "Okonkwo",
        tier: "silver",
        since: 2023,
    },
    Customer {
        id: "c-2260",
        email: "priya@example.com",
        first_name: "Priya",
        last_name: "Raman",
        tier: "silver",
        since: 2024,
    },
    Customer {
        id: "c-2302",
        email: "noe@example.com",
        first_name: "Noé",
        last_name: "Marchand",
        tier: "new",
        since: 2026,
    },
];

/// The customer with this email, as people type it.
pub(super) fn with_email(text: &str) -> Option<&'static Customer> {
    let email: Email = text.parse().ok()?;
    CUSTOMERS.iter().find(|customer| customer.email.parse() == Ok(email.clone()))
}
