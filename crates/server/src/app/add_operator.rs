//! A new operator, and the account where it is missing.

use domain::account::{AccountName, Operator, OperatorName, Role};
use domain::audit::AuditKind;
use domain::id::OperatorId;
use domain::lead::Email;
use store::{OperatorCredentials, Scope, StoreError};

use crate::app::accounts::account_named;
use crate::app::passwords::{self, Password};
use crate::app::{App, audit};

/// A person to be let in.
#[derive(Debug, Clone)]
pub struct NewOperator {
    /// What the operator signs in with.
    pub email: Email,
    /// What customers see.
    pub name: Option<OperatorName>,
    /// What the operator may do.
    pub role: Role,
    /// The account; made when missing.
    pub account: AccountName,
    /// The password.
    pub password: Password,
}

/// Why no operator was added.
#[derive(Debug, thiserror::Error)]
pub enum AddOperatorError {
    /// Somebody signs in with that email.
    #[error("there is an operator with this email already")]
    EmailTaken,
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] passwords::HashError),
    /// The database could not.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for AddOperatorError {
    fn from(error: StoreError) -> Self {
        // Of all that is written here, only the email can be taken: the account's name is looked up in the same scope.
        if error.is_taken() { Self::EmailTaken } else { Self::Store(error) }
    }
}

/// Adds an operator.
///
/// # Errors
/// [`AddOperatorError`]; nothing is kept then, the account neither.
pub async fn add_operator(app: &App, new: NewOperator) -> Result<Operator, AddOperatorError> {
    let password_hash = passwords::hash(&new.password).await?;
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Installation).await?;
    let account = account_named(&mut tx, new.account, now).await?;
    let operator = Operator {
        account_id: account.id,
        id: OperatorId::new(now),
        email: new.email,
        name: new.name,
        role: new.role,
        created_at: now,
    };
    let credentials = OperatorCredentials { operator, password_hash };
    tx.add_operator(&credentials).await?;
    let operator = &credentials.operator;
    let entry = audit::entry(None, &operator.account_id, AuditKind::MemberAdded, now);
    let entry = entry.about(operator.email.signed()).with_detail(operator.role.as_str());
    tx.append_audit(&entry).await?;
    tx.commit().await?;
    let operator = credentials.operator;
    tracing::info!(operator = %operator.id, account = %operator.account_id, role = operator.role.as_str(), "operator added");
    Ok(operator)
}
