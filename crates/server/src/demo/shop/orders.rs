//! The customers' orders. Their dates are so many days ago, so that the demo does not grow old.

use std::time::Duration;

use domain::time::Timestamp;

use super::catalogue::{PLANTS, Plant};
use super::customers::{self, Customer};

/// What has become of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It is being packed.
    Packing,
    /// It is on its way, and arrives in so many days.
    Shipped { arrives_in: u64 },
    /// It arrived so many days ago.
    Delivered { days_ago: u64 },
    /// It was cancelled and paid back.
    Cancelled,
}

/// An order.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) number: &'static str,
    email: &'static str,
    placed_days_ago: u64,
    pub(super) progress: Progress,
    /// Plants by their slugs, and how many of each.
    items: &'static [(&'static str, u32)],
}

/// What every number begins with.
const PREFIX: &str = "TP-";

/// All of them, the newest first.
pub(super) const ORDERS: [Order; 7] = [
    Order {
        number: "TP-1012",
        email: "priya@example.com",
        placed_days_ago: 1,
        progress: Progress::Packing,
        items: &[("golden-barrel", 2), ("aloe", 1)],
    },
    Order {
        number: "TP-1011",
        email: "maya@example.com",
        placed_days_ago: 3,
        progress: Progress::Shipped { arrives_in: 1 },
        items: &[("monstera", 1), ("pilea", 2)],
    },
    Order {
        number: "TP-1009",
        email: "tom@example.com",
        placed_days_ago: 4,
        progress: Progress::Shipped { arrives_in: 2 },
        items: &[("fiddle-leaf-fig", 1)],
    },
    Order {
        number: "TP-1006",
        email: "tom@example.com",
        placed_days_ago: 19,
        progress: Progress::Cancelled,
        items: &[("peace-lily", 3)],
    },
    Order {
        number: "TP-1004",
        email: "priya@example.com",
        placed_days_ago: 33,
        progress: Progress::Delivered { days_ago: 29 },
        items: &[("string-of-pearls", 1)],
    },
    Order {
        number: "TP-1002",
        email: "maya@example.com",
        placed_days_ago: 71,
        progress: Progress::Delivered { days_ago: 67 },
        items: &[("snake-plant", 1), ("aloe", 1)],
    },
    Order {
        number: "TP-1001",
        email: "maya@example.com",
        placed_days_ago: 140,
        progress: Progress::Delivered { days_ago: 136 },
        items: &[("peace-lily", 1)],
    },
];

impl Order {
    /// What was ordered.
    pub(super) fn items(&self) -> impl Iterator<Item = (&'static Plant, u32)> {
        let known = |slug: &str| PLANTS.iter().find(|plant| plant.slug == slug);
        self.items.iter().filter_map(move |(slug, count)| Some((known(slug)?, *count)))
    }

    /// In euros.
    pub(super) fn total(&self) -> u32 {
        self.items().map(|(plant, count)| plant.price * count).sum()
    }

    /// When it was placed, as in `3 May 2026`.
    pub(super) fn placed(&self, now: Timestamp) -> String {
        date(now - days(self.placed_days_ago))
    }

    /// Where it is, in a sentence.
    pub(super) fn status(&self, now: Timestamp) -> String {
        match self.progress {
            Progress::Packing => "It is being packed and leaves tomorrow.".to_owned(),
            Progress::Shipped { arrives_in } => {
                format!("It is on its way and should arrive on {}.", date(now + days(arrives_in)))
            }
            Progress::Delivered { days_ago } => {
                format!("It was delivered on {}.", date(now - days(days_ago)))
            }
            Progress::Cancelled => "It was cancelled, and the payment was returned.".to_owned(),
        }
    }

    /// Where the parcel can be followed.
    pub(super) fn tracking_url(&self) -> Option<String> {
        let sent = matches!(self.progress, Progress::Shipped { .. } | Progress::Delivered { .. });
        sent.then(|| format!("https://parcels.example.com/track/{}", self.number))
    }
}

/// The orders of a customer, the newest first.
pub(super) fn of(customer: &Customer) -> impl Iterator<Item = &'static Order> {
    ORDERS.iter().filter(|order| order.email == customer.email)
}

/// What the service is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LookUp {
    /// The order, in words.
    Found { context: String, tracking_url: Option<String> },
    /// No such order, or not this customer's: nobody learns which.
    NotFound,
}

/// The order `number` of the customer with `email`; its digits are enough.
pub(super) fn look_up(number: &str, email: &str, now: Timestamp) -> LookUp {
    let number = number.trim_start_matches('#');
    let customer = customers::with_email(email);
    let theirs = |customer: &'static Customer| {
        of(customer).find(|order| {
            order.number.eq_ignore_ascii_case(number)
                || order.number.strip_prefix(PREFIX) == Some(number)
        })
    };
    let Some(order) = customer.and_then(theirs) else { return LookUp::NotFound };
    let items: Vec<String> =
        order.items().map(|(plant, count)| format!("{count} × {}", plant.name)).collect();
    let context = format!(
        "Order {} of {} ({}; {} €). {}",
        order.number,
        order.placed(now),
        items.join(", "),
        order.total(),
        order.status(now)
    );
    LookUp::Found { context, tracking_url: order.tracking_url() }
}

fn days(number: u64) -> Duration {
    Duration::from_hours(24 * number)
}

fn date(time: Timestamp) -> String {
    let time =
        jiff::Timestamp::from_millisecond(time.as_millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::super::customers::CUSTOMERS;
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn only_the_customer_finds_the_order() {
        let found = look_up("TP-1011", "Maya@EXAMPLE.com", NOW);
        let LookUp::Found { context, tracking_url } = found else { panic!("not found") };
        assert_eq!(
            context,
            "Order TP-1011 of 12 January 2027 (1 × Monstera, 2 × Pilea; 70 €). \
             It is on its way and should arrive on 16 January 2027."
        );
        assert_eq!(tracking_url.as_deref(), Some("https://parcels.example.com/track/TP-1011"));
        for number in ["#tp-1011", "1011", "#1011"] {
            assert_ne!(look_up(number, "maya@example.com", NOW), LookUp::NotFound, "{number}");
        }
        for (number, email) in [
            ("TP-1011", "tom@example.com"),
            ("1011", "tom@example.com"),
            ("TP-9999", "maya@example.com"),
            ("TP-1011", "?"),
        ] {
            assert_eq!(look_up(number, email, NOW), LookUp::NotFound, "{number} {email}");
        }
    }

    #[test]
    fn every_order_is_somebodys_and_its_plants_are_sold() {
        for order in &ORDERS {
            assert!(
                CUSTOMERS.iter().any(|customer| customer.email == order.email),
                "{}",
                order.number
            );
            assert_eq!(order.items().count(), order.items.len(), "{}", order.number);
        }
    }
}
