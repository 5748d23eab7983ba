//! A purchase, as the page of a shop tells of it.

use domain::purchase::{LineItem, OrderId, ParsePurchaseError, PurchaseDetails};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::error::ApiError;

/// A purchase, as the page of the shop that says thank you tells of it.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct PurchaseBody {
    /// 1 to 200 characters.
    order_id: String,
    order_total: f64,
    /// Three letters.
    currency: String,
    /// At most 100.
    line_items: Vec<LineItemBody>,
}

/// An item of an order.
#[derive(Debug, Deserialize, ToSchema)]
struct LineItemBody {
    id: String,
    title: String,
    price: f64,
    quantity: f64,
}

impl PurchaseBody {
    /// The order and what was bought.
    ///
    /// # Errors
    /// 422: what it says cannot be.
    pub(super) fn order(self) -> Result<(OrderId, PurchaseDetails), ApiError> {
        let item = |item: LineItemBody| {
            let LineItemBody { id, title, price, quantity } = item;
            LineItem { id, title, price, quantity }
        };
        let details = PurchaseDetails {
            order_total: self.order_total,
            currency: self.currency,
            line_items: self.line_items.into_iter().map(item).collect(),
        };
        let refuse = |error: ParsePurchaseError| ApiError::invalid(error.to_string());
        Ok((self.order_id.parse().map_err(refuse)?, details.checked().map_err(refuse)?))
    }
}
