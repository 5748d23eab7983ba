//! What customers see of an operator.

use domain::account::{Operator, OperatorName};
use store::{Scope, StoreError};

use crate::app::App;

/// Gives an operator a name, or none: then it is the email's part before the @. Answers the operator after that.
///
/// # Errors
/// When the database cannot.
pub async fn name_operator(
    app: &App,
    operator: &Operator,
    name: Option<OperatorName>,
) -> Result<Operator, StoreError> {
    let mut tx = app.store.write(Scope::Account(&operator.account_id)).await?;
    tx.put_operator_name(operator, name.as_ref()).await?;
    tx.commit().await?;
    tracing::info!(operator = %operator.id, "operator named");
    Ok(Operator { name, ..operator.clone() })
}
